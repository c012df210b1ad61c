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
        let standing = RateLimitStanding(policy: policy, decision: limiter.admit(key(for: context), policy: policy))
        guard standing.isAllowed else { return standing.refusal.response(requestId: context.requestId) }
        var response = try await next(request, context)
        standing.describe(in: &response.headers)
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
}
