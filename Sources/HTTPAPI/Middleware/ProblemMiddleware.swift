import HTTPTypes
import Hummingbird
import Logging

/// Turns whatever was thrown into a problem document; what was our own fault is logged with the request's id.
struct ProblemMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = APIError(mapping: error)
            if problem.status == .internalServerError {
                context.logger.error(
                    "A request failed unexpectedly",
                    metadata: ["error": "\(String(reflecting: error))"]
                )
            }
            return problem.response(requestId: context.requestId)
        }
    }
}
