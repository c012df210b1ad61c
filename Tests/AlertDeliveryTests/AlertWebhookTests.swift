import AlertDelivery
import Foundation
import Guard
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

@Suite("Alerts by webhook", .timeLimit(.minutes(1)))
struct AlertWebhookTests {
    /// An operator's own server: answers as it is told, in turn, and then 204.
    private final class Receiver: Sendable {
        private let answers: Mutex<[Response]>
        private let bodies: AsyncStream<String>
        private let arriving: AsyncStream<String>.Continuation

        init(answers: [Response] = []) {
            self.answers = Mutex(answers)
            (bodies, arriving) = AsyncStream.makeStream()
        }

        func router() -> Router<BasicRequestContext> {
            let router = Router()
            for path in ["hook", "elsewhere"] {
                router.post(RouterPath(path)) { request, _ -> Response in
                    self.arriving.yield(path + " " + String(buffer: try await request.body.collect(upTo: 1 << 16)))
                    return self.answers.withLock { $0.isEmpty ? Response(status: .noContent) : $0.removeFirst() }
                }
            }
            return router
        }

        func next(_ count: Int) async -> [String] {
            var iterator = bodies.makeAsyncIterator()
            var found: [String] = []
            while found.count < count, let body = await iterator.next() { found.append(body) }
            return found
        }
    }

    private let alert = KeptAlert(
        alert: SecurityAlert(kind: .scraping, subject: "203.0.113.9", summary: "A \"quoted\" sentence.", suppressed: 2),
        createdAt: Date(timeIntervalSince1970: 1_760_000_000.5)
    )

    private func serving(
        _ receiver: Receiver,
        _ body: @Sendable (_ webhook: AlertWebhook) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: receiver.router(),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { found.yield($0.localAddress?.port ?? 0) },
            logger: logger
        )
        let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            let webhook = AlertWebhook(url: "http://127.0.0.1:\(port)/hook", pause: .zero, logger: logger)
            let delivery = Task { await webhook.run() }
            try await body(webhook)
            delivery.cancel()
            await delivery.value
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test("An alert arrives as JSON")
    func delivered() async throws {
        let receiver = Receiver()
        try await serving(receiver) { webhook in
            webhook.send(alert)
            let expected =
                #"hook {"createdAt":"2025-10-09T08:53:20.500Z","kind":"scraping","subject":"203.0.113.9","#
                + #""summary":"A \"quoted\" sentence.","suppressed":2}"#
            #expect(await receiver.next(1) == [expected])
        }
    }

    @Test("A receiver that fails is asked three times, and the next alert is delivered")
    func retried() async throws {
        let failure = Response(status: .serviceUnavailable)
        let receiver = Receiver(answers: [failure, failure, failure])
        try await serving(receiver) { webhook in
            webhook.send(alert)
            webhook.send(alert)
            #expect(await receiver.next(4).count == 4)
        }
    }

    @Test("A redirect is not followed")
    func redirected() async throws {
        let receiver = Receiver(
            answers: Array(
                repeating: Response(status: .temporaryRedirect, headers: [.location: "/elsewhere"]),
                count: 3
            )
        )
        try await serving(receiver) { webhook in
            webhook.send(alert)
            webhook.send(alert)
            #expect(await receiver.next(4).allSatisfy { $0.hasPrefix("hook ") })
        }
    }

    @Test("Above a hundred the oldest is given up, and counted")
    func bounded() {
        let webhook = AlertWebhook(url: "http://127.0.0.1:1/", logger: Logger(label: "test"))
        for _ in 0..<150 { webhook.send(alert) }
        #expect(webhook.lostAlerts == 50)
    }
}
