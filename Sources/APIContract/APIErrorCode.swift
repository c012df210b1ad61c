/// Every error code the server may answer with, in one place.
///
/// A code is a public promise: codes are added, never renamed.
public enum APIErrorCode: String, Codable, CaseIterable, Sendable {
    // 400
    case malformedRequest = "malformed_request"
    case malformedJSON = "malformed_json"
    // 401
    case authenticationRequired = "authentication_required"
    case tokenInvalid = "token_invalid"
    case tokenExpired = "token_expired"
    case invalidCredentials = "invalid_credentials"
    case refreshTokenInvalid = "refresh_token_invalid"
    case refreshTokenReused = "refresh_token_reused"
    case stepUpRequired = "step_up_required"
    case totpRequired = "totp_required"
    case totpInvalid = "totp_invalid"
    // 403
    case accountBlocked = "account_blocked"
    case originForbidden = "origin_forbidden"
    case ipBlocked = "ip_blocked"
    case agentRefused = "agent_refused"
    case tierRequired = "tier_required"
    // 404, 405, 406
    case notFound = "not_found"
    case symbolUnknown = "symbol_unknown"
    case methodNotAllowed = "method_not_allowed"
    // 408
    case requestTimeout = "request_timeout"
    // 409
    case emailTaken = "email_taken"
    case refreshTokenOvertaken = "refresh_token_overtaken"
    case totpAlreadyEnabled = "totp_already_enabled"
    case totpNotEnabled = "totp_not_enabled"
    case idempotencyKeyInUse = "idempotency_key_in_use"
    // 413, 414, 415, 417, 426, 431
    case bodyTooLarge = "body_too_large"
    case uriTooLong = "uri_too_long"
    case unsupportedMediaType = "unsupported_media_type"
    case expectationFailed = "expectation_failed"
    case upgradeRequired = "upgrade_required"
    case headersTooLarge = "headers_too_large"
    // 422
    case validationFailed = "validation_failed"
    case linkInvalid = "link_invalid"
    case idempotencyKeyReused = "idempotency_key_reused"
    // 429
    case rateLimited = "rate_limited"
    case tooManyAttempts = "too_many_attempts"
    // 5xx
    case unexpectedFailure = "unexpected_failure"
    case busy = "busy"
    case storageUnavailable = "storage_unavailable"
    case draining = "draining"
    case tooManyConnections = "too_many_connections"
    case unavailable = "unavailable"
}

/// What is wrong with one field of a request.
public enum FieldErrorCode: String, Codable, CaseIterable, Sendable {
    case unknownField = "unknown_field"
    case duplicateField = "duplicate_field"
    case required
    case wrongType = "wrong_type"
    case malformed
    case tooShort = "too_short"
    case tooLong = "too_long"
    case tooCommon = "too_common"
    case containsEmail = "contains_email"
    case outOfRange = "out_of_range"
    case unknownValue = "unknown_value"
}
