import Accounts
import HTTPTypes
import Hummingbird

/// Finds out who is asking, and refuses nobody: limits count by tier, so they need to know before
/// ``BearerMiddleware`` decides.
struct IdentityMiddleware: RouterMiddleware {
    let accounts: AccountService

    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        do {
            let token = try BearerMiddleware.token(of: request.headers)
            if let caller = try accounts.authenticateWithoutWaiting(token) {
                context.caller = caller
            } else {
                context.caller = try await accounts.authenticate(token)
            }
        } catch {
            context.identityFailure = error
        }
        return try await next(request, context)
    }
}
