import Accounts
import Foundation
import Logging
import MarketFeed
import Markets
import MerkleLog
import ServiceLifecycle
import Signals
import Storage

/// Raises signals when an hour ends, follows those under way, and signs the record when it has grown.
///
/// All three may run in several processes at once: what is born, ends or is signed, is so once.
struct SignalRoom: Service {
    private let publishers: [SignalPublisher]
    private let checker: SignalChecker
    private let keeper: RecordKeeper
    private let logger: Logger

    private static let round = Duration.seconds(5)
    /// After the close, so that the last candle has come from every venue.
    private static let settleMilliseconds: Int64 = 10_000

    /// - Parameters:
    ///   - record: where signals are kept.
    ///   - key: what signs it.
    ///   - notes: where heads are noted down.
    ///   - feed: the market.
    ///   - venues: whose perpetuals are rated.
    ///   - logger: where failures go.
    /// - Throws: where the shipped model cannot be read.
    init(
        record: SignalRecord,
        key: CheckpointKey,
        notes: AuditNotes,
        feed: MarketFeed,
        venues: [Venue],
        logger: Logger
    ) throws {
        let book = try SignalModelBook.shipped()
        publishers = venues.compactMap { venue in
            SignalPublisher(venue: venue, book: book, record: record) { symbol, from, count in
                try await feed.closed(.oneHour, of: symbol, on: venue, from: from, count: count)
            }
        }
        checker = SignalChecker(record: record) { venue, symbol, from, to in
            let minutes = Int(to.since(from) / CandleInterval.oneMinute.milliseconds) + 1
            return try await feed.closed(.oneMinute, of: symbol, on: venue, from: from, count: minutes)
        }
        keeper = RecordKeeper(record: record, key: key) { head in
            guard let noted = AuditHead(text: head.text) else { return }
            try notes.note(noted, at: Date())
        }
        self.logger = logger
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
                await guarded("Signals could not be followed") { try await checker.check(at: MarketTime.wallClock()) }
                await guarded("The record could not be signed") {
                    try await keeper.sign(at: MarketTime.wallClock().milliseconds)
                }
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
