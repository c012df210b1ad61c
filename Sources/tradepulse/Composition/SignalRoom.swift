import Accounts
import Foundation
import Leases
import Logging
import MarketFeed
import Markets
import MerkleLog
import ServiceLifecycle
import Signals
import Storage

/// Raises signals when an hour ends, follows those under way, judges them elsewhere when their time is over, and signs the
/// record when it has grown.
///
/// Of several processes the one with the lease does it. Were two of them to do it nevertheless, what is born, ends or is
/// signed would be so once.
struct SignalRoom: Service {
    private let publishers: [SignalPublisher]
    private let checker: SignalChecker?
    private let judge: SideJudge?
    private let record: SignalRecord
    private let keeper: RecordKeeper
    private let witnesses: WitnessRounds
    private let lease: LeaseHolder
    private let tape: SignalTape?
    private let logger: Logger

    /// From one look at every signal, and at the record, to the next.
    private static let round = Duration.seconds(5)
    /// Between two looks at the clock and at the tape: the most that a price waits that somebody listens for.
    private static let pace = Duration.milliseconds(250)
    /// After the close, so that the last candle has come from every venue.
    private static let settleMilliseconds: Int64 = 10_000

    /// What of the live market signals are raised on and followed by; a made-up one has none of it.
    struct Ears {
        let book: SignalModelBook
        let tape: SignalTape
        let venues: [Venue]

        /// - Throws: where the shipped model cannot be read.
        init(venues: [Venue]) throws {
            book = try SignalModelBook.shipped()
            tape = SignalTape(book.perpetuals ?? [], on: venues)
            self.venues = venues
        }
    }

    /// - Parameters:
    ///   - record: where signals are kept.
    ///   - sides: where is kept what they would have come to elsewhere.
    ///   - key: what signs it.
    ///   - notes: where heads are noted down.
    ///   - witnesses: who is told of checkpoints.
    ///   - feed: the market.
    ///   - ears: how it is listened to; nil where it is made up: then the record is signed, and nothing else.
    ///   - lease: of the process that does it.
    ///   - logger: where failures go.
    init(
        record: SignalRecord,
        sides: SideVerdictStore,
        key: CheckpointKey,
        notes: AuditNotes,
        witnesses: WitnessRounds,
        feed: MarketFeed,
        ears: Ears?,
        lease: LeaseHolder,
        logger: Logger
    ) {
        publishers = ears.map { Self.publishers(record, feed, $0) } ?? []
        checker = ears.map { SignalChecker(record: record, history: Self.minutes(feed), tape: $0.tape) }
        judge = ears.map { SideJudge(store: sides, venues: $0.venues, history: Self.minutes(feed)) }
        self.record = record
        self.witnesses = witnesses
        self.lease = lease
        tape = ears?.tape
        keeper = RecordKeeper(record: record, key: key) { head in
            guard let noted = AuditHead(text: head.text) else { return }
            try notes.note(noted, at: Date())
        }
        self.logger = logger
    }

    private static func publishers(_ record: SignalRecord, _ feed: MarketFeed, _ ears: Ears) -> [SignalPublisher] {
        ears.venues.compactMap { venue in
            SignalPublisher(venue: venue, book: ears.book, record: record) { symbol, from, count in
                try await feed.closed(.oneHour, of: symbol, on: venue, from: from, count: count)
            }
        }
    }

    private static func minutes(_ feed: MarketFeed) -> SignalChecker.History {
        { venue, symbol, from, to in
            let minutes = Int(to.since(from) / CandleInterval.oneMinute.milliseconds) + 1
            return try await feed.closed(.oneMinute, of: symbol, on: venue, from: from, count: minutes)
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Each for itself: an hour's candles take a while to read, and no price waits for them.
            await withDiscardingTaskGroup { group in
                group.addTask { await publishEachHour() }
                group.addTask { await follow() }
                group.addTask { await tend() }
            }
        }
    }

    private func publishEachHour() async {
        var lastHour: MarketTime?
        while !Task.isCancelled {
            let now = MarketTime.wallClock()
            let hour = CandleInterval.oneHour.openTime(of: now)
            if lease.isHeld, hour != lastHour, now.since(hour) >= Self.settleMilliseconds {
                // A venue whose history does not answer has no signals this hour, and keeps no other from having some.
                for publisher in publishers {
                    await guarded("Signals could not be raised") { try await publisher.publish(at: now) }
                }
                lastHour = hour
            }
            try? await Task.sleep(for: Self.pace)
        }
    }

    /// Looks at the signals under way: every round, and as soon as a price was traded at which something happens to one.
    private func follow() async {
        guard let checker else { return }
        var next = ContinuousClock.now
        while !Task.isCancelled {
            if lease.isHeld, ContinuousClock.now >= next || tape?.isTouched == true {
                next = .now + Self.round
                await guarded("Signals could not be followed") { try await checker.check(at: MarketTime.wallClock()) }
            }
            try? await Task.sleep(for: Self.pace)
        }
    }

    /// What nobody waits for: verdicts elsewhere, signatures and witnesses.
    private func tend() async {
        var next = ContinuousClock.now
        while !Task.isCancelled {
            if lease.isHeld, ContinuousClock.now >= next {
                next = .now + Self.round
                await guarded("Signals could not be judged elsewhere") {
                    try await judge?.judge(at: MarketTime.wallClock())
                }
                await guarded("The record could not be signed") {
                    try await keeper.sign(at: MarketTime.wallClock().milliseconds)
                }
                await guarded("The record's last checkpoint could not be read") { try await tellWitnesses() }
            }
            try? await Task.sleep(for: Self.pace)
        }
    }

    private func tellWitnesses() async throws {
        guard let latest = try await record.latest() else { return }
        for failure in await witnesses.tell(latest, at: Clocks.monotonicMilliseconds()) {
            logger.warning(
                "A witness was not told of the record",
                metadata: ["witness": "\(failure.name)", "error": "\(failure.problem)"]
            )
        }
    }

    private func guarded(_ sentence: Logger.Message, _ body: () async throws -> some Sendable) async {
        do {
            _ = try await body()
        } catch {
            if !Task.isCancelled { logger.warning(sentence, metadata: ["error": "\(error)"]) }
        }
    }
}

extension MarketFeed {
    /// Closed candles of a series from an open time on; those that are missing are left out.
    ///
    /// - Throws: ``MarketFeedError``.
    fileprivate func closed(
        _ interval: CandleInterval,
        of symbol: Symbol,
        on venue: Venue,
        from: MarketTime,
        count: Int
    ) async throws -> [Candle] {
        guard board.venues(of: symbol).contains(venue) else { return [] }
        var candles: [Candle] = []
        var next = interval.openTime(of: from.adding(milliseconds: interval.milliseconds - 1))
        var left = count
        // A page holds a thousand, and a signal lives for 1,440 minutes.
        while left > 0 {
            let limit = min(left, CandleRequest.maximumLimit)
            let page = try await keeper.candles(
                CandleRequest(symbol: symbol, venue: venue, interval: interval, from: next, limit: limit)
            )
            let holes = page.gaps
            candles += page.items.filter { candle in
                candle.isClosed && !holes.contains { $0.from <= candle.openTime && candle.openTime < $0.to }
            }
            next = next.adding(milliseconds: Int64(limit) * interval.milliseconds)
            left -= limit
        }
        return candles
    }
}
