import Accounts
import Foundation
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
/// All of it may run in several processes at once: what is born, ends or is signed, is so once.
struct SignalRoom: Service {
    private let publishers: [SignalPublisher]
    private let checker: SignalChecker?
    private let judge: SideJudge?
    private let record: SignalRecord
    private let keeper: RecordKeeper
    private let witnesses: WitnessRounds
    private let logger: Logger

    private static let round = Duration.seconds(5)
    /// After the close, so that the last candle has come from every venue.
    private static let settleMilliseconds: Int64 = 10_000

    /// - Parameters:
    ///   - record: where signals are kept.
    ///   - sides: where is kept what they would have come to elsewhere.
    ///   - key: what signs it.
    ///   - notes: where heads are noted down.
    ///   - witnesses: who is told of checkpoints.
    ///   - feed: the market; nil where it is made up: then the record is signed, and nothing else.
    ///   - venues: whose perpetuals are rated.
    ///   - logger: where failures go.
    /// - Throws: where the shipped model cannot be read.
    init(
        record: SignalRecord,
        sides: SideVerdictStore,
        key: CheckpointKey,
        notes: AuditNotes,
        witnesses: WitnessRounds,
        feed: MarketFeed?,
        venues: [Venue],
        logger: Logger
    ) throws {
        publishers = try feed.map { try Self.publishers(record, $0, venues) } ?? []
        checker = feed.map { SignalChecker(record: record, history: Self.minutes($0)) }
        judge = feed.map { SideJudge(store: sides, venues: venues, history: Self.minutes($0)) }
        self.record = record
        self.witnesses = witnesses
        keeper = RecordKeeper(record: record, key: key) { head in
            guard let noted = AuditHead(text: head.text) else { return }
            try notes.note(noted, at: Date())
        }
        self.logger = logger
    }

    private static func publishers(
        _ record: SignalRecord,
        _ feed: MarketFeed,
        _ venues: [Venue]
    ) throws -> [SignalPublisher] {
        let book = try SignalModelBook.shipped()
        return venues.compactMap { venue in
            SignalPublisher(venue: venue, book: book, record: record) { symbol, from, count in
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
            var lastHour: MarketTime?
            while !Task.isCancelled {
                let now = MarketTime.wallClock()
                let hour = CandleInterval.oneHour.openTime(of: now)
                if hour != lastHour, now.since(hour) >= Self.settleMilliseconds {
                    await publish(at: now)
                    lastHour = hour
                }
                await guarded("Signals could not be followed") { try await checker?.check(at: MarketTime.wallClock()) }
                await guarded("Signals could not be judged elsewhere") {
                    try await judge?.judge(at: MarketTime.wallClock())
                }
                await guarded("The record could not be signed") {
                    try await keeper.sign(at: MarketTime.wallClock().milliseconds)
                }
                await guarded("The record's last checkpoint could not be read") { try await tellWitnesses() }
                try? await Task.sleep(for: Self.round)
            }
        }
    }

    /// A venue whose history does not answer has no signals this hour, and keeps no other from having some.
    private func publish(at now: MarketTime) async {
        for publisher in publishers {
            await guarded("Signals could not be raised") { try await publisher.publish(at: now) }
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
