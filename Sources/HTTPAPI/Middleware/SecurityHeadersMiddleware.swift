package import HTTPTypes
import Hummingbird

/// Headers that keep a browser from doing what nobody asked for.
package enum SafetyHeaders {
    /// The headers of every answer whatever its status, also of those given before the application sees a request.
    ///
    /// - Parameter isProduction: whether a proxy ends TLS in front of us; a browser ignores HSTS over plain HTTP.
    /// - Returns: the headers, the strictest content policy and no caching among them; routes may say otherwise.
    package static func fields(isProduction: Bool) -> HTTPFields {
        var headers: HTTPFields = [
            .xContentTypeOptions: "nosniff",
            .frameOptions: "DENY",
            .referrerPolicy: "no-referrer",
            .crossOriginOpenerPolicy: "same-origin",
            .crossOriginResourcePolicy: "same-origin",
            .permissionsPolicy: "camera=(), geolocation=(), microphone=(), payment=()",
            .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
            .cacheControl: "no-store",
        ]
        if isProduction { headers[.strictTransportSecurity] = "max-age=63072000; includeSubDomains" }
        return headers
    }
}

/// Puts ``SafetyHeaders`` on every answer, except where the route has said otherwise.
struct SecurityHeadersMiddleware: RouterMiddleware {
    private let fields: HTTPFields

    init(isProduction: Bool) { fields = SafetyHeaders.fields(isProduction: isProduction) }

    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for field in fields where response.headers[field.name] == nil { response.headers.append(field) }
        return response
    }
}
