package import Channels
package import Doorbells
import Foundation
package import Logging
import ServiceLifecycle

/// Reads what was committed to the channels, by whichever process, and brings it to this one's sockets.
///
/// It looks at once when somebody rings, and in any case many times a second at an index range that is nearly always empty,
/// for the reasons that `StandingWatch` has; once a second where every process's ring gets here.
/// Reading is done here and nowhere else, one look after the other, so that nothing falls between two answers; a thousand
/// sockets that come back at once share one query.
package actor ChannelRelay: Service {
    /// How often it looks where nobody rings.
    package struct Pace: Sendable {
        /// While rings of other processes may not get here.
        package var alone: Duration = .milliseconds(50)
        /// While they do: for those that are lost, and for what was written without a ring.
        package var joined: Duration = .seconds(1)

        package init() {}
    }

    /// The rest waits for the next look.
    private static let openingsPerLook = 1_000

    private let log: ChannelLog
    private let streams: ChannelStreams
    /// Milliseconds since 1970.
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private let lookout: Lookout
    private var position: ChannelLogPosition?

    /// - Parameters:
    ///   - log: what is read.
    ///   - streams: filled from it.
    ///   - doorbell: tells of messages that somebody has just committed.
    ///   - pace: how often it looks where nobody rings.
    ///   - now: milliseconds since 1970.
    ///   - logger: hears once when the log cannot be read.
    package init(
        log: ChannelLog,
        streams: ChannelStreams,
        doorbell: Doorbell = Doorbell(),
        pace: Pace = Pace(),
        now: @escaping @Sendable () -> Int64,
        logger: Logger
    ) {
        self.log = log
        self.streams = streams
        self.now = now
        self.logger = logger
        let lookout = Lookout(
            at: "the channels",
            every: { doorbell.isJoined ? pace.joined : pace.alone },
            logger: logger
        )
        self.lookout = lookout
        streams.onQuestion { lookout.wake() }
        doorbell.onRing { ring in
            if streams.concerns(ring) { lookout.wake() }
        }
    }

    package func run() async throws {
        await lookout.run({ try await self.lookAndAnswer() }, sweep: { try await self.sweep() })
    }

    /// Takes its place in the log and reads what is kept; to be done before anybody is let in.
    package func begin() async throws {
        let news = try await log.news(nil)
        try await begin(news)
    }

    private func begin(_ news: ChannelNews) async throws {
        let histories = try await log.read([.signals: 0, .pumps: 0])
        streams.begin(
            epoch: news.epoch,
            signals: histories[.signals] ?? .empty,
            pumps: histories[.pumps] ?? .empty
        )
        position = news.next
    }

    /// Hands on what has changed since the last look.
    private func look() async throws {
        // A channel's counter is made by its first message, or anew after somebody removed it: then the epoch changes.
        let news = try await log.news(position)
        guard news.epoch == streams.epoch else {
            logger.notice("The channels begin a new epoch")
            return try await begin(news)
        }
        // Those who wait are answered first: what is committed between the two queries is in the news of the next look.
        let openings = streams.takeOpenings(atMost: Self.openingsPerLook)
        if openings.count == Self.openingsPerLook { lookout.wake() }
        try await settle(openings)
        var wanted: [ChannelKey: Int64] = [:]
        for (key, head) in news.heads {
            if let known = streams.stream(of: key)?.head, known < head { wanted[key] = known }
        }
        for (key, history) in try await log.read(wanted) {
            if let stream = streams.stream(of: key) { streams.append(history, to: stream) }
        }
        position = news.next
    }

    private func settle(_ openings: [ChannelStreams.Opening]) async throws {
        guard !openings.isEmpty else { return }
        let byUser = Dictionary(grouping: openings, by: \.user)
        var wanted: [ChannelKey: Int64] = [:]
        for (user, waiting) in byUser {
            let key = ChannelKey.notifications(of: user)
            // Never behind what others of the user's sockets have still to be sent.
            let known = streams.stream(of: key)?.base
            wanted[key] = (waiting.map { $0.position ?? .max } + [known ?? .max]).min()
        }
        do {
            let histories = try await log.read(wanted)
            for (user, waiting) in byUser {
                streams.settle(waiting, histories[.notifications(of: user)] ?? .empty, of: user)
            }
        } catch {
            for opening in openings { opening.answer(nil) }
            throw error
        }
    }

    private func lookAndAnswer() async throws {
        let latecomers = streams.takeLatecomers()
        var isCurrent = false
        defer { for answer in latecomers { answer(isCurrent) } }
        do {
            try await look()
            isCurrent = true
        } catch {
            if !(error is CancellationError) {
                for opening in streams.takeOpenings(atMost: .max) { opening.answer(nil) }
            }
            throw error
        }
    }

    private func sweep() async throws { try await log.sweep(Date(timeIntervalSince1970: Double(now()) / 1000)) }
}
