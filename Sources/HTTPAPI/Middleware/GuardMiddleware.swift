import Accounts
import Guard
import HTTPTypes
import Hummingbird

/// Turns banned visitors and attack tools away, and notes who asks for decoys; a decoy itself is answered like any
/// other path that is not here.
struct GuardMiddleware: RouterMiddleware {
    let gate: Gate

    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        // Balancers ask for these, and a banned one would take the server out of service.
        if !request.uri.path.hasPrefix("/health/") {
            try await gate.admit(Visitor(request, context: context), path: request.uri.path)
        }
        return try await next(request, context)
    }
}

extension Visitor {
    /// Who asks, as far as it is known by now.
    init(_ request: Request, context: AppContext) {
        self.init(address: context.client, agent: request.headers[.userAgent], user: context.caller?.userID)
    }
}
