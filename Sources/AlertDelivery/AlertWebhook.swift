import AsyncHTTPClient
import Foundation
package import Guard
package import Logging
import NIOCore
import Synchronization

/// Sends alerts to an address of the operator's, as JSON by POST.
///
/// Each alert is tried ``attempts`` times; what cannot be delivered is logged, and is still in the table. Bounded: above
/// ``maximumWaiting`` the oldest alert is given up.
package final class AlertWebhook: Sendable {
    package static let maximumWaiting = 100
    package static let attempts = 3

    private let post: WebhookPost
    private let pause: Duration
    private let logger: Logger
    private let waiting: AsyncStream<KeptAlert>
    private let incoming: AsyncStream<KeptAlert>.Continuation
    private let lost = Atomic<Int>(0)

    /// Prepares deliveries; somebody must ``run()`` them.
    ///
    /// - Parameters:
    ///   - url: where to; never logged, since it may hold a secret.
    ///   - pause: between two attempts; the second pause is twice as long.
    ///   - timeout: for one attempt.
    ///   - logger: told of failures.
    package init(url: String, pause: Duration = .seconds(2), timeout: Duration = .seconds(5), logger: Logger) {
        post = WebhookPost(url: url, timeout: timeout)
        self.pause = pause
        self.logger = logger
        (waiting, incoming) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.maximumWaiting))
    }

    /// Takes an alert for delivery, without waiting.
    package func send(_ alert: KeptAlert) {
        if case .dropped = incoming.yield(alert) { lost.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Alerts given up because too many waited.
    package var lostAlerts: Int { lost.load(ordering: .relaxed) }

    /// Delivers one alert after the other until the task is cancelled.
    package func run() async {
        let client = post.makeClient()
        for await alert in waiting { await deliver(alert, with: client) }
        try? await client.shutdown()
    }

    private func deliver(_ alert: KeptAlert, with client: HTTPClient) async {
        var pause = pause
        for attempt in 1...Self.attempts {
            guard let problem = await post.problem(sending: Self.body(of: alert), with: client) else {
                return
            }
            guard attempt < Self.attempts, !Task.isCancelled else {
                logger.warning(
                    "An alert was not delivered to the webhook",
                    metadata: ["kind": "\(alert.alert.kind.rawValue)", "problem": "\(problem)"]
                )
                return
            }
            try? await Task.sleep(for: pause)
            pause *= 2
        }
    }

    private struct Body: Encodable {
        let kind: String
        let subject: String
        let summary: String
        let suppressed: Int
        let createdAt: String
    }

    private static func body(of kept: KeptAlert) -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let body = Body(
            kind: kept.alert.kind.rawValue,
            subject: kept.alert.subject,
            summary: kept.alert.summary,
            suppressed: kept.alert.suppressed,
            createdAt: kept.createdAt.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        )
        // Texts and a number always have a JSON form.
        return ByteBuffer(bytes: (try? encoder.encode(body)) ?? Data())
    }
}
