import Foundation
import Indicators
package import Markets

/// Publishes what the generator raises at the close of an hour, on one venue.
///
/// It keeps nothing between two hours: candles come from the market's history, what is under way from the record. So it
/// goes on after a crash as if nothing had been, and two processes that publish at once publish the same signals once.
package struct SignalPublisher: Sendable {
    /// Reads closed candles of an hour, oldest first, as many as there are from an open time on.
    package typealias History = @Sendable (_ symbol: Symbol, _ from: MarketTime, _ count: Int) async throws -> [Candle]

    /// A signal that is later than that is none any more: the price it was born at is gone.
    static let latestMilliseconds: Int64 = 120_000

    private let venue: Venue
    private let book: SignalModelBook
    private let symbols: [Symbol]
    private let strategies: [SignalStrategy]
    private let record: SignalRecord
    private let history: History
    private let limits: SignalDesk.Limits

    /// A publisher for the venue's perpetuals; nil where a symbol of the model's cannot be one.
    package init?(
        venue: Venue,
        book: SignalModelBook,
        strategies: [SignalStrategy] = SignalStrategy.shipped,
        record: SignalRecord,
        limits: SignalDesk.Limits = SignalDesk.Limits(),
        history: @escaping History
    ) {
        guard let symbols = book.perpetuals else { return nil }
        self.venue = venue
        self.book = book
        self.symbols = symbols
        self.strategies = strategies
        self.record = record
        self.limits = limits
        self.history = history
    }

    /// Publishes the signals of the hour that ended last before `now`.
    ///
    /// - Returns: those that were published by this call; none when the hour's close is too long ago.
    /// - Throws: the history's failure, the record's.
    package func publish(at now: MarketTime) async throws -> [StoredSignal] {
        let hour = CandleInterval.oneHour
        let close = hour.openTime(of: now)
        guard now.since(close) <= Self.latestMilliseconds else { return [] }
        let candidates = try await candidates(closingAt: close)
        guard !candidates.isEmpty else { return [] }
        var desk = try await desk(at: close)
        var published: [StoredSignal] = []
        for candidate in candidates {
            let symbol = symbols[candidate.symbol]
            let direction = candidate.levels.direction
            guard desk.admits(candidate.strategy, symbol, direction, at: close) else { continue }
            let signal = Signal(
                candidate,
                symbol: symbol,
                venue: venue,
                outcomes: try await record.outcomes(candidate.strategy.name, candidate.strategy.version),
                lifetime: book.lifetimeCandles
            )
            desk.open(signal.id.uuidString, symbol, direction, at: signal.createdAt, expiresAt: signal.expiresAt)
            if let stored = try await publish(signal, at: now) { published.append(stored) }
        }
        return published
    }

    private func publish(_ signal: Signal, at now: MarketTime) async throws -> StoredSignal? {
        let date = Date(timeIntervalSince1970: Double(now.milliseconds) / 1000)
        let place = try await record.publish(signal) { place in
            SignalText.message(StoredSignal(signal: signal, standing: .active, place: place), at: date)
        }
        return place.map { StoredSignal(signal: signal, standing: .active, place: $0) }
    }

    /// Those that are good enough, the best first; of one symbol and side, the first strategy's.
    private func candidates(closingAt close: MarketTime) async throws -> [SignalCandidate] {
        var generator = SignalGenerator(book: book, strategies: strategies)
        var last: [SignalCandidate] = []
        for slice in try await slices(closingAt: close) { last = generator.ingest(slice) }
        let good = last.enumerated().filter { $0.element.probability >= $0.element.strategy.leastProbability }
        return good.sorted {
            ($0.element.probability, $1.offset) > ($1.element.probability, $0.offset)
        }.map(\.element)
    }

    private func slices(closingAt close: MarketTime) async throws -> [MarketSlice] {
        let length = CandleInterval.oneHour.milliseconds
        let first = close.adding(milliseconds: -length * Int64(SignalGenerator.warmUp))
        var candles: [[MarketTime: CandleValues]] = []
        for symbol in symbols {
            let closed = try await history(symbol, first, SignalGenerator.warmUp).filter(\.isClosed)
            candles.append(Dictionary(closed.map { ($0.openTime, CandleValues($0)) }) { first, _ in first })
        }
        return (0..<Int64(SignalGenerator.warmUp)).map { hour in
            let time = first.adding(milliseconds: hour * length)
            return MarketSlice(openTime: time, candles: candles.map { $0[time] })
        }
    }

    /// The desk as the record leaves it.
    private func desk(at now: MarketTime) async throws -> SignalDesk {
        var desk = SignalDesk(limits: limits)
        let recent = try await record.recent(now.adding(milliseconds: -2 * max(limits.cooldown, limits.pause)))
        for stored in recent.reversed() {
            let signal = stored.signal
            desk.open(
                signal.id.uuidString,
                signal.symbol,
                signal.levels.direction,
                at: signal.createdAt,
                expiresAt: signal.expiresAt
            )
        }
        for stored in recent.sorted(by: { $0.endedAt < $1.endedAt }) {
            let id = stored.signal.id.uuidString
            let strategy = stored.signal.strategy.name
            switch stored.standing {
            case .active: break
            case .closed(let verdict):
                desk.close(id, strategy: strategy, isWin: verdict.outcome.isWin, at: verdict.closedAt)
            case .cancelled(_, let time): desk.close(id, strategy: strategy, isWin: nil, at: time)
            }
        }
        return desk
    }
}

extension StoredSignal {
    /// The last instant there is while it is active.
    fileprivate var endedAt: MarketTime {
        switch standing {
        case .active: MarketTime(milliseconds: .max)
        case .closed(let verdict): verdict.closedAt
        case .cancelled(_, let time): time
        }
    }
}
