import Guard
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// Turns whatever was thrown into a problem document; what was our own fault is logged with the request's id, and
/// refusals are reported.
struct ProblemMiddleware: RouterMiddleware {
    let reporter: RefusalReporter

    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = APIError(mapping: error)
            let metadata: () -> Logger.Metadata = { ["error": "\(String(reflecting: error))"] }
            switch error {
            case _ where problem.status == .internalServerError:
                context.logger.error("A request failed unexpectedly", metadata: metadata())
            case is HTTPParserError, is IOError, is ChannelError, is CancellationError:
                context.logger.debug("A request ended before its answer", metadata: metadata())
            default: break
            }
            reporter.note(problem, by: Visitor(request, context: context))
            return problem.response(requestId: context.requestId)
        }
    }
}
