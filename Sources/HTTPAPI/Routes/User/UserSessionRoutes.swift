import APIContract
import Accounts
import Foundation
import Hummingbird

/// `/api/v1/user/sessions`: the devices the caller is signed in on.
struct UserSessionRoutes {
    let sessions: SessionService

    func add(to group: RouterGroup<AppContext>) {
        group.get(use: list)
        group.delete(":id", use: end)
    }

    @Sendable func list(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let items = try await sessions.list(of: caller.userID)
        return Response(json: SessionList(items: items.map { SessionView($0, current: caller.sessionID) }))
    }

    /// Somebody else's session, one that is over and one that never was are one answer.
    @Sendable func end(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        guard let id = context.parameters.get("id").flatMap({ UUID(uuidString: $0) }) else {
            throw AccountError.sessionUnknown
        }
        try await sessions.end(
            SessionKey(userID: caller.userID, sessionID: id),
            because: .endedByOwner,
            from: RequestOrigin(request, context: context)
        )
        return Response(status: .noContent)
    }
}
