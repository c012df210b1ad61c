import Foundation
package import Logging
import ServiceLifecycle

/// Looks for changes of standing that any process has made, a little more often than once a second.
///
/// Reading a short index range costs the database some tens of microseconds, wherever the change came from: our own
/// code, another process or an operator's `psql`. `LISTEN` would be quicker by half a second, but it needs a connection
/// of its own, forgets what happened while that was down, and does not pass through connection poolers.
package actor StandingWatch: Service {
    /// Under a second with the query, so that a revocation is felt within one.
    package static let interval: Duration = .milliseconds(750)
    private static let sweepInterval: Duration = .seconds(600)

    private let feed: StandingFeed
    private let sessions: SessionService
    private let logger: Logger
    private var position: StandingPosition?
    /// Numbers of the changes in the last answer: while some transaction is long under way they come again.
    private var seen: Set<Int64> = []
    private var isFailing = false
    private var sweptAt: ContinuousClock.Instant = .now

    package init(feed: StandingFeed, sessions: SessionService, logger: Logger) {
        self.feed = feed
        self.sessions = sessions
        self.logger = logger
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var next = ContinuousClock.now
            while !Task.isCancelled {
                await self.lookOrLog()
                next = max(next + Self.interval, .now)
                try await Task.sleep(until: next, clock: .continuous)
            }
        }
    }

    /// Hands on what has changed since the last look; the first one only takes its place.
    package func look() async throws {
        let news = try await feed.changes(position)
        let fresh = news.changes.filter { !seen.contains($0.key) }
        seen = Set(news.changes.keys)
        position = news.next
        sessions.apply(fresh.sorted { $0.key < $1.key }.map(\.value))
    }

    /// A store that does not answer is said once; what it missed meanwhile is read when it is back.
    private func lookOrLog() async {
        do {
            try await look()
            if isFailing { logger.notice("Changes of standing are read again") }
            isFailing = false
            try await sweepWhenDue()
        } catch is CancellationError {
        } catch {
            if !isFailing {
                logger.warning("Changes of standing cannot be read", metadata: ["error": "\(error)"])
            }
            isFailing = true
        }
    }

    private func sweepWhenDue() async throws {
        guard ContinuousClock.now - sweptAt > Self.sweepInterval else { return }
        sweptAt = .now
        try await feed.sweep(sessions.clock.now())
    }
}
