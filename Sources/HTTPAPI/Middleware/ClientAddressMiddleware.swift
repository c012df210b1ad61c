import Guard
import HTTPTypes
import Hummingbird

/// Decides under which address the rest of the chain counts a request.
struct ClientAddressMiddleware: RouterMiddleware {
    let resolver: ClientAddressResolver

    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.client = resolver.resolve(peer: context.client, forwardedFor: request.headers[values: .forwardedFor])
        return try await next(request, context)
    }
}
