import APIContract
import Guard
import HTTPTypes

/// Where a caller stands with one limit after a request, in the words of HTTP.
struct RateLimitStanding {
    let policy: RateLimitPolicy
    let decision: RateLimitDecision

    var isAllowed: Bool { decision.isAllowed }

    /// 429 with the seconds after which one more request is served.
    var refusal: APIError {
        var error = APIError(
            .tooManyRequests,
            .rateLimited,
            "More than \(decision.quota) requests in \(policy.windowMilliseconds / 1000) seconds."
        )
        error.headers[.retryAfter] = String(decision.resetSeconds)
        describe(in: &error.headers)
        return error
    }

    /// Writes draft 10 of the RateLimit header fields.
    ///
    /// Of several limits on one route the innermost, which counts the least, speaks.
    func describe(in headers: inout HTTPFields) {
        guard headers[.rateLimit] == nil else { return }
        headers[.rateLimitPolicy] = "\"\(policy.name)\";q=\(decision.quota);w=\(policy.windowMilliseconds / 1000)"
        headers[.rateLimit] = "\"\(policy.name)\";r=\(decision.remaining);t=\(decision.resetSeconds)"
    }
}
