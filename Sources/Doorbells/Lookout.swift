package import Logging
import ServiceLifecycle

/// Looks at a log that several processes write: from time to time, and at once when there is a reason.
///
/// One look comes after the other. A log that does not answer is said once; what was missed meanwhile is read when it is
/// back.
package struct Lookout: Sendable {
    private let interval: @Sendable () -> Duration
    private let log: String
    private let logger: Logger
    private let reasons: AsyncStream<Void>
    private let reason: AsyncStream<Void>.Continuation

    private static let sweepInterval: Duration = .seconds(600)
    /// Reasons that come in this time after a look are one: a hundred looks a second at most, whatever happens.
    private static let leastPause: Duration = .milliseconds(10)

    /// - Parameters:
    ///   - log: what is looked at, for the logger: `the channels`.
    ///   - interval: from one look to the next where there is no reason; asked anew after each look.
    ///   - logger: hears of what fails.
    package init(at log: String, every interval: @escaping @Sendable () -> Duration, logger: Logger) {
        self.log = log
        self.interval = interval
        self.logger = logger
        (reasons, reason) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// There is a reason to look now.
    package func wake() { reason.yield() }

    /// Looks until the task is cancelled or the service group shuts down; to be called once.
    ///
    /// - Parameters:
    ///   - look: reads what is new.
    ///   - sweep: removes what is old; every ten minutes, after a look that went well.
    package func run(
        _ look: @escaping @Sendable () async throws -> Void,
        sweep: @escaping @Sendable () async throws -> Void
    ) async {
        await cancelWhenGracefulShutdown {
            wake()
            var pace = interval()
            var reminder = remind(every: pace)
            defer { reminder.cancel() }
            var isFailing = false
            var sweptAt = ContinuousClock.now
            for await _ in reasons {
                do {
                    try await look()
                    if isFailing { logger.notice("A log is read again", metadata: ["log": "\(log)"]) }
                    isFailing = false
                    if ContinuousClock.now - sweptAt > Self.sweepInterval {
                        sweptAt = .now
                        try await sweep()
                    }
                } catch is CancellationError {
                } catch {
                    if !isFailing {
                        logger.warning("A log cannot be read", metadata: ["log": "\(log)", "error": "\(error)"])
                    }
                    isFailing = true
                }
                if interval() != pace {
                    // Not only after the time that was right before.
                    pace = interval()
                    reminder.cancel()
                    reminder = remind(every: pace)
                }
                try? await Task.sleep(for: Self.leastPause)
            }
        }
    }

    private func remind(every pace: Duration) -> Task<Void, any Error> {
        Task {
            while true {
                try await Task.sleep(for: pace)
                wake()
            }
        }
    }
}
