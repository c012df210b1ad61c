import HTTPTypes
import Hummingbird

/// Headers that keep a browser from doing what nobody asked for, on every answer whatever its status.
struct SecurityHeadersMiddleware: RouterMiddleware {
    /// Sent in production, where a proxy ends TLS in front of us; a browser ignores it over plain HTTP.
    let isProduction: Bool

    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        apply(to: &response.headers)
        return response
    }

    func apply(to headers: inout HTTPFields) {
        headers[.xContentTypeOptions] = "nosniff"
        headers[.frameOptions] = "DENY"
        headers[.referrerPolicy] = "no-referrer"
        headers[.crossOriginOpenerPolicy] = "same-origin"
        headers[.crossOriginResourcePolicy] = "same-origin"
        headers[.permissionsPolicy] = "camera=(), geolocation=(), microphone=(), payment=()"
        if headers[.contentSecurityPolicy] == nil {
            headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
        // A private answer must not stay in a shared cache; routes with public content say otherwise themselves.
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        if isProduction { headers[.strictTransportSecurity] = "max-age=63072000; includeSubDomains" }
    }
}
