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
    /// How many ordinary requests the routes behind it are worth.
    var weight = 1
    let reporter: RefusalReporter

    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        let cost = RequestCost(weight: weight, caller: context.caller)
        let decision = limiter.admit(key(for: context), policy: policy, cost: cost)
        let standing = RateLimitStanding(policy: policy, decision: decision)
        guard standing.isAllowed else {
            let refusal = standing.refusal
            reporter.note(refusal, by: Visitor(request, context: context))
            return refusal.response(requestId: context.requestId)
        }
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

extension RequestCost {
    /// What a request costs its caller, by tier; who is not known has the ordinary allowance.
    init(weight: Int = 1, caller: Caller?) {
        self.init(weight: weight, allowance: caller.map { Entitlements.of($0.tier).requestAllowance } ?? 1)
    }
}
