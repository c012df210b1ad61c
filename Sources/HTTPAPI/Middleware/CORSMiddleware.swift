import HTTPTypes
import Hummingbird

/// Lets pages of the listed origins read our answers, and nobody else's.
///
/// The origin is compared whole, byte for byte, and echoed; look-alikes (`https://app.example.com.evil.test`, `null`,
/// another scheme or port) get no header and their browser keeps the answer from them.
struct CORSMiddleware: RouterMiddleware {
    let allowedOrigins: Set<String>

    private static let methods = "GET, POST, PATCH, DELETE"
    private static let requestHeaders = "authorization, content-type, idempotency-key, if-none-match, x-request-id"
    private static let exposedHeaders = "etag, ratelimit, ratelimit-policy, retry-after, x-request-id"

    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin] else {
            return varied(try await next(request, context))
        }
        guard allowedOrigins.contains(origin) else {
            return varied(isPreflight(request) ? Response(status: .noContent) : try await next(request, context))
        }
        var response = isPreflight(request) ? preflight() : try await next(request, context)
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlAllowCredentials] = "true"
        response.headers[.accessControlExposeHeaders] = Self.exposedHeaders
        return varied(response)
    }

    private func isPreflight(_ request: Request) -> Bool {
        request.method == .options && request.headers[.accessControlRequestMethod] != nil
    }

    private func preflight() -> Response {
        var response = Response(status: .noContent)
        response.headers[.accessControlAllowMethods] = Self.methods
        response.headers[.accessControlAllowHeaders] = Self.requestHeaders
        response.headers[.accessControlMaxAge] = "600"
        return response
    }

    /// A cache must keep the answers to different origins apart, also where this one had none.
    private func varied(_ response: Response) -> Response {
        var response = response
        response.headers.append(HTTPField(name: .vary, value: "Origin"))
        return response
    }
}
