import Guard
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
package import Observability

/// Writes one log line and one observation per request.
///
/// The path is logged without its query: tokens and searches stay out.
struct AccessLogMiddleware: RouterMiddleware {
    let metrics: HTTPMetrics

    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        metrics.record(status: response.status.code, seconds: elapsed)
        // Fields are made only if the line is written.
        context.logger.debug(
            "Answered a request",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.uri.path)",
                "status": "\(response.status.code)",
                "milliseconds": "\(elapsed * 1000)", "client": "\(context.client)",
            ]
        )
        return response
    }
}

/// What is counted of requests.
package struct HTTPMetrics: Sendable {
    private let byClass: [MetricCounter]
    private let duration: MetricHistogram

    package init(registry: MetricsRegistry) {
        byClass = ["1xx", "2xx", "3xx", "4xx", "5xx"].map {
            registry.counter("tradepulse_http_requests_total", help: "Answered requests.", labels: [("class", $0)])
        }
        duration = registry.histogram("tradepulse_http_request_seconds", help: "Time from request head to answer.")
    }

    func record(status: Int, seconds: Double) {
        byClass[min(max(status / 100 - 1, 0), byClass.count - 1)].increment()
        duration.record(seconds: seconds)
    }
}
