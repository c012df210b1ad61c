import Foundation
package import Markets

/// Follows active signals on the 1-minute candles of their venue, and ends them.
///
/// It keeps nothing between two rounds: each walks a signal's candles from its birth on. So a crash loses nothing, and
/// two processes that come to the same end record it once.
package struct SignalChecker: Sendable {
    /// Reads 1-minute candles, oldest first, those that are open left out.
    package typealias History =
        @Sendable (_ venue: Venue, _ symbol: Symbol, _ from: MarketTime, _ to: MarketTime) async throws -> [Candle]

    /// How long a hole may be filled in afterwards before it counts as one.
    static let patienceMilliseconds: Int64 = 900_000
    private static let minute = CandleInterval.oneMinute.milliseconds

    private let record: SignalRecord
    private let history: History

    package init(record: SignalRecord, history: @escaping History) {
        self.record = record
        self.history = history
    }

    /// Looks at every active signal.
    ///
    /// - Returns: those that ended, with how.
    /// - Throws: the record's failure; a signal whose candles cannot be read waits for the next round.
    package func check(at now: MarketTime) async throws -> [StoredSignal] {
        var ended: [StoredSignal] = []
        for stored in try await record.recent(now) where stored.standing == .active {
            let signal = stored.signal
            guard
                let candles = try? await history(
                    signal.venue,
                    signal.symbol,
                    signal.createdAt,
                    min(now, signal.expiresAt)
                ),
                let standing = Self.standing(of: signal, candles: candles, at: now)
            else { continue }
            let end = StoredSignal(signal: signal, standing: standing, place: stored.place)
            let date = Date(timeIntervalSince1970: Double(now.milliseconds) / 1000)
            let place = try await record.conclude(signal.id, standing) { place in
                SignalText.message(StoredSignal(signal: signal, standing: standing, place: place), at: date)
            }
            if place != nil { ended.append(end) }
        }
        return ended
    }

    /// How the signal ended; nil while it has not.
    ///
    /// - Parameters:
    ///   - signal: an active one.
    ///   - start: since when it is followed; its birth, where it is not given.
    ///   - candles: closed ones from its birth on, oldest first; minutes without one are holes.
    ///   - now: until when candles can be there.
    /// - Returns: the end.
    package static func standing(
        of signal: Signal,
        from start: MarketTime? = nil,
        candles: [Candle],
        at now: MarketTime
    ) -> SignalStanding? {
        let start = start ?? signal.createdAt
        var course = signal.course(from: start)
        var next = CandleInterval.oneMinute.openTime(of: start.adding(milliseconds: minute - 1))
        var last: Candle?
        for candle in candles where candle.openTime >= next && candle.openTime < signal.expiresAt {
            if candle.openTime > next {
                // What may still be filled in is waited for, and nothing behind it is looked at.
                guard now.since(candle.openTime) >= patienceMilliseconds else { return nil }
                if let end = course.handle(.gap(until: candle.openTime)).standing { return end }
            }
            if let end = course.handle(.candle(candle)).standing { return end }
            next = candle.openTime.adding(milliseconds: minute)
            last = candle
        }
        guard now >= signal.expiresAt else {
            guard now.since(next) >= patienceMilliseconds else { return nil }
            return course.handle(.gap(until: now)).standing
        }
        if next < signal.expiresAt {
            guard now.since(next) >= patienceMilliseconds else { return nil }
            return course.handle(.gap(until: signal.expiresAt)).standing
        }
        return course.handle(.expiry(price: last?.close ?? signal.levels.entry, at: signal.expiresAt)).standing
    }
}

extension [SignalStep] {
    /// The end that the last step is; nil when it is none.
    fileprivate var standing: SignalStanding? {
        switch last {
        case .closed(let verdict): .closed(verdict)
        case .cancelled(let reason, let time): .cancelled(reason, at: time)
        case .entered, .targetReached, nil: nil
        }
    }
}
