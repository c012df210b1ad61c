import APIContract
import Accounts
import Foundation
import Hummingbird

/// `/api/v1/user`: the caller's own account.
struct UserRoutes {
    let accounts: AccountService

    func add(to group: RouterGroup<AppContext>) {
        group.get("me", use: me)
    }

    @Sendable func me(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        guard let user = try await accounts.user(caller.userID) else { throw AccountError.tokenInvalid }
        return Response(json: UserProfile(user, tier: caller.tier))
    }
}
