package import Doorbells
import Foundation
package import Logging
import ServiceLifecycle

/// Looks for changes of standing that any process has made: at once when one of them rings, and a little more often than
/// once a second in any case.
///
/// Reading a short index range costs the database some tens of microseconds, wherever the change came from: our own
/// code, another process or an operator's `psql`. `LISTEN` would be quicker by half a second, but it needs a connection
/// of its own, forgets what happened while that was down, and does not pass through connection poolers.
package actor StandingWatch: Service {
    /// Under a second with the query, so that a revocation is felt within one.
    package static let interval: Duration = .milliseconds(750)

    private let feed: StandingFeed
    private let sessions: SessionService
    private let lookout: Lookout
    private var position: StandingPosition?
    /// Numbers of the changes in the last answer: while some transaction is long under way they come again.
    private var seen: Set<Int64> = []

    /// - Parameters:
    ///   - feed: where changes are read.
    ///   - sessions: told of them.
    ///   - doorbell: tells of those that somebody has just made.
    ///   - interval: from one look to the next where nobody rings.
    ///   - logger: hears once when the feed cannot be read.
    package init(
        feed: StandingFeed,
        sessions: SessionService,
        doorbell: Doorbell = Doorbell(),
        interval: Duration = StandingWatch.interval,
        logger: Logger
    ) {
        self.feed = feed
        self.sessions = sessions
        let lookout = Lookout(at: "changes of standing", every: { interval }, logger: logger)
        self.lookout = lookout
        doorbell.onRing { ring in
            if ring == .standing || ring == .anything { lookout.wake() }
        }
    }

    package func run() async throws {
        await lookout.run({ try await self.look() }, sweep: { try await self.sweep() })
    }

    /// Hands on what has changed since the last look; the first one only takes its place.
    package func look() async throws {
        let news = try await feed.changes(position)
        let fresh = news.changes.filter { !seen.contains($0.key) }
        seen = Set(news.changes.keys)
        position = news.next
        sessions.hear(fresh.sorted { $0.key < $1.key }.map(\.value))
    }

    private func sweep() async throws { try await feed.sweep(sessions.clock.now()) }
}
