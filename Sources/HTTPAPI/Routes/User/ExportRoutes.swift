import Accounts
import HTTPTypes
import Hummingbird
import NIOCore

/// `/api/v1/user/me/export`: everything that is kept about the caller's account.
struct ExportRoutes {
    let profiles: Profiles

    /// How many ordinary requests an export is worth.
    static let weight = 10

    func add(to group: RouterGroup<AppContext>) {
        group.get("me/export", use: export)
    }

    @Sendable func export(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let document = try await profiles.export(
            caller.userID,
            sessionID: caller.sessionID,
            from: RequestOrigin(request, context: context)
        )
        return Response(
            headers: [.contentDisposition: "attachment; filename=\"tradepulse-account.json\""],
            json: ByteBuffer(string: document)
        )
    }
}
