import HTTPTypes
import Hummingbird
import Logging

/// Gives each request an id, kept from the client where it is well-formed, and puts it on the answer and on log lines.
struct RequestIDMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestId = Self.wellFormed(request.headers[.requestID]) ?? Self.make()
        context.logger[metadataKey: "request_id"] = .string(context.requestId)
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestId
        return response
    }

    /// 8 to 64 letters, digits, `-` and `_`: nothing that could forge a log line or a header.
    static func wellFormed(_ id: String?) -> String? {
        guard let id, (8...64).contains(id.utf8.count), id.utf8.allSatisfy(isAllowed) else { return nil }
        return id
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// 96 random bits as 24 hexadecimal digits.
    private static func make() -> String {
        let digits =
            String(UInt64.random(in: .min ... .max), radix: 16) + String(UInt64.random(in: .min ... .max), radix: 16)
        return String((digits + "000000000000000000000000").prefix(24))
    }
}

extension HTTPField.Name {
    /// Valid names by their spelling: letters and hyphens only.
    static let requestID = HTTPField.Name("X-Request-Id") ?? .from
    static let forwardedFor = HTTPField.Name("X-Forwarded-For") ?? .from
    static let rateLimit = HTTPField.Name("RateLimit") ?? .from
    static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy") ?? .from
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy") ?? .from
    static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .from
    static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy") ?? .from
    static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy") ?? .from
    static let frameOptions = HTTPField.Name("X-Frame-Options") ?? .from
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .from
}
