import HTTPTypes

extension HTTPField.Name {
    static let crossOriginOpenerPolicy = named("Cross-Origin-Opener-Policy")
    static let crossOriginResourcePolicy = named("Cross-Origin-Resource-Policy")
    static let forwarded = named("Forwarded")
    static let client = named("X-Client")
    static let forwardedFor = named("X-Forwarded-For")
    static let frameOptions = named("X-Frame-Options")
    static let idempotencyKey = named("Idempotency-Key")
    static let idempotencyReplayed = named("Idempotency-Replayed")
    static let permissionsPolicy = named("Permissions-Policy")
    static let rateLimit = named("RateLimit")
    static let rateLimitPolicy = named("RateLimit-Policy")
    static let forwardedProtocol = named("X-Forwarded-Proto")
    static let realIP = named("X-Real-IP")
    static let referrerPolicy = named("Referrer-Policy")
    static let requestID = named("X-Request-Id")
    static let secFetchSite = named("Sec-Fetch-Site")
    static let userAgentPlatform = named("Sec-CH-UA-Platform")

    private static func named(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("A header's name is letters and hyphens") }
        return name
    }
}
