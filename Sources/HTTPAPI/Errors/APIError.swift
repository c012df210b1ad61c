package import APIContract
package import Accounts
package import HTTPTypes

/// What a route or a middleware throws when the answer is a problem document.
package struct APIError: Error, Sendable {
    package var status: HTTPResponse.Status
    package var code: APIErrorCode
    /// A sentence for people, free of internals.
    package var detail: String
    package var fields: [FieldProblem]
    package var headers: HTTPFields
    /// The lowest tier that opens what was refused.
    package var requiredTier: Tier?

    package init(
        _ status: HTTPResponse.Status,
        _ code: APIErrorCode,
        _ detail: String,
        fields: [FieldProblem] = [],
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.fields = fields
        self.headers = headers
    }

    /// 403 naming the tier that opens it.
    static func tierRequired(_ tier: Tier) -> APIError {
        var error = APIError(.forbidden, .tierRequired, "This begins with the tier \(tier.rawValue).")
        error.requiredTier = tier
        return error
    }

    /// 422 naming every wrong field.
    static func invalid(_ fields: [FieldProblem]) -> APIError {
        APIError(.unprocessableContent, .validationFailed, "Some fields are not valid.", fields: fields)
    }

    /// 422 naming one wrong field.
    static func invalid(_ field: String, _ code: FieldErrorCode, _ message: String) -> APIError {
        invalid([FieldProblem(field: field, code: code, message: message)])
    }

    /// 503 with the seconds after which trying again makes sense.
    static func unavailable(_ code: APIErrorCode, _ detail: String, retryAfter seconds: Int) -> APIError {
        APIError(.serviceUnavailable, code, detail, headers: [.retryAfter: String(seconds)])
    }

    /// 401 with the challenge that RFC 6750 asks for.
    static func unauthenticated(_ code: APIErrorCode, _ detail: String) -> APIError {
        let challenge = code == .authenticationRequired ? "Bearer" : "Bearer error=\"invalid_token\""
        return APIError(.unauthorized, code, detail, headers: [.wwwAuthenticate: challenge])
    }
}
