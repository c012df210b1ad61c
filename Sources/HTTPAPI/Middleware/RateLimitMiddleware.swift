import APIContract
import Accounts
import Guard
import HTTPTypes
import Hummingbird

/// Holds each caller to a number of requests per window, and says on every answer how much is left.
struct RateLimitMiddleware: RouterMiddleware {
    /// Whom a limit counts.
    enum Subject: Sendable {
        case address, user
    }

    let limiter: RateLimiter
    let policy: RateLimitPolicy
    let subject: Subject

    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        let decision = limiter.admit(key(for: context), policy: policy)
        guard decision.isAllowed else {
            var error = APIError(
                .tooManyRequests,
                .rateLimited,
                "More than \(policy.limit) requests in \(policy.windowMilliseconds / 1000) seconds."
            )
            error.headers[.retryAfter] = String(decision.resetSeconds)
            var response = error.response(requestId: context.requestId)
            describe(decision, in: &response.headers)
            return response
        }
        var response = try await next(request, context)
        describe(decision, in: &response.headers)
        return response
    }

    private func key(for context: AppContext) -> RateLimitKey {
        switch (subject, context.caller) {
        case (.user, .some(let caller)):
            let (high, low) = caller.userID.halves
            return .user(high: high, low: low, policy: policy)
        case (.address, _), (.user, .none):
            return .address(context.client, policy: policy)
        }
    }

    /// Writes draft 10 of the RateLimit header fields.
    ///
    /// Of several limits on one route the innermost, which counts the least, speaks.
    private func describe(_ decision: RateLimitDecision, in headers: inout HTTPFields) {
        guard headers[.rateLimit] == nil else { return }
        headers[.rateLimitPolicy] = "\"\(policy.name)\";q=\(policy.limit);w=\(policy.windowMilliseconds / 1000)"
        headers[.rateLimit] = "\"\(policy.name)\";r=\(decision.remaining);t=\(decision.resetSeconds)"
    }
}
