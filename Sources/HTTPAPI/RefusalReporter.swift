import APIContract
package import Guard
import HTTPTypes
import Hummingbird
package import Observability

/// Counts refusals, and reports them for the record and for the rules that look for attacks.
///
/// A refusal is every 403 and 429, and a token that is none of ours; that a token ran out, or that something is not
/// there, is everyday business.
package struct RefusalReporter: Sendable {
    private let desk: SecurityDesk
    private let counters: [APIErrorCode: MetricCounter]

    private static let codes: [APIErrorCode] = [
        .accountBlocked, .agentRefused, .ipBlocked, .originForbidden, .rateLimited, .tierRequired, .tokenInvalid,
        .tooManyAttempts,
    ]

    package init(desk: SecurityDesk, registry: MetricsRegistry) {
        self.desk = desk
        counters = Dictionary(
            uniqueKeysWithValues: Self.codes.map { code in
                let help = "Requests refused by limits, bans, tiers and the guard."
                let labels = [("code", code.rawValue)]
                return (code, registry.counter("tradepulse_requests_refused_total", help: help, labels: labels))
            }
        )
    }

    func note(_ problem: APIError, by visitor: @autoclosure () -> Visitor) {
        guard [.forbidden, .tooManyRequests].contains(problem.status) || problem.code == .tokenInvalid else { return }
        counters[problem.code]?.increment()
        desk.report(.refused(reason: problem.code.rawValue, visitor: visitor()))
    }
}
