import APIContract
import Hummingbird
import Realtime

/// `/api/v1/ws`: tickets for `/ws`, so that no address holds an access token.
struct TicketRoutes {
    let hub: RealtimeHub

    func add(to group: RouterGroup<AppContext>) {
        group.post("ticket", use: issue)
    }

    @Sendable func issue(_ request: Request, context: AppContext) async throws -> Response {
        let ticket = hub.issueTicket(for: try BearerMiddleware.token(of: request.headers))
        return Response(json: SocketTicket(ticket: ticket, expiresIn: RealtimeHub.ticketSeconds))
    }
}
