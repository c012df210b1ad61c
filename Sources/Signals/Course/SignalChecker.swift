import Foundation
package import Markets

/// Follows active signals on the 1-minute candles of their venue, and on the trades behind the last of them, and ends them.
///
/// It keeps nothing between two rounds: each walks a signal's candles from its birth on, and the trades that no candle has
/// told of yet. So a crash loses nothing, and two processes that come to the same end record it once.
package struct SignalChecker: Sendable {
    /// Reads 1-minute candles, oldest first, those that are open left out.
    package typealias History =
        @Sendable (_ venue: Venue, _ symbol: Symbol, _ from: MarketTime, _ to: MarketTime) async throws -> [Candle]

    /// How long a hole may be filled in afterwards before it counts as one.
    static let patienceMilliseconds: Int64 = 900_000
    private static let minute = CandleInterval.oneMinute.milliseconds

    private let record: SignalRecord
    private let history: History
    private let tape: SignalTape?

    /// - Parameters:
    ///   - record: where signals are kept.
    ///   - history: the candles of every venue.
    ///   - tape: trades as they come; nil to go by candles alone.
    package init(record: SignalRecord, history: @escaping History, tape: SignalTape? = nil) {
        self.record = record
        self.history = history
        self.tape = tape
    }

    /// Looks at every active signal.
    ///
    /// - Returns: those that ended, with how.
    /// - Throws: the record's failure; a signal whose candles cannot be read waits for the next round.
    package func check(at now: MarketTime) async throws -> [StoredSignal] {
        var ended: [StoredSignal] = []
        var watches: [SignalTape.Watch] = []
        for stored in try await record.recent(now) where stored.standing == .active {
            let signal = stored.signal
            guard
                let candles = try? await history(
                    signal.venue,
                    signal.symbol,
                    signal.createdAt,
                    min(now, signal.expiresAt)
                )
            else { continue }
            let heard = tape?.heard(signal.symbol, on: signal.venue)
            let progress = Self.progress(of: signal, from: signal.createdAt, candles: candles, heard: heard, at: now)
            guard let standing = progress.end else {
                if let heard, let watch = progress.watch(signal, heard) { watches.append(watch) }
                continue
            }
            let end = StoredSignal(signal: signal, standing: standing, place: stored.place)
            let date = Date(timeIntervalSince1970: Double(now.milliseconds) / 1000)
            let place = try await record.conclude(signal.id, standing) { place in
                SignalText.message(StoredSignal(signal: signal, standing: standing, place: place), at: date)
            }
            if place != nil { ended.append(end) }
        }
        tape?.watch(watches)
        return ended
    }

    /// How the signal ended; nil while it has not.
    ///
    /// - Parameters:
    ///   - signal: an active one.
    ///   - start: since when it is followed; its birth, where it is not given.
    ///   - candles: closed ones from its birth on, oldest first; minutes without one are holes.
    ///   - heard: trades, which decide what no candle has told of yet; left out where there is no tape.
    ///   - now: until when candles can be there.
    /// - Returns: the end.
    package static func standing(
        of signal: Signal,
        from start: MarketTime? = nil,
        candles: [Candle],
        heard: HeardTrades? = nil,
        at now: MarketTime
    ) -> SignalStanding? {
        progress(of: signal, from: start ?? signal.createdAt, candles: candles, heard: heard, at: now).end
    }

    /// How far a signal has come.
    private struct Progress {
        var course: SignalCourse
        var end: SignalStanding?

        mutating func take(_ event: SignalEvent) -> Bool {
            end = course.handle(event).standing
            return end != nil
        }

        func watch(_ signal: Signal, _ heard: HeardTrades) -> SignalTape.Watch? {
            course.nextLevels.map { stop, target in
                SignalTape.Watch(
                    venue: signal.venue,
                    symbol: signal.symbol,
                    above: min(stop, target),
                    below: max(stop, target),
                    looked: heard.taken
                )
            }
        }
    }

    private static func progress(
        of signal: Signal,
        from start: MarketTime,
        candles: [Candle],
        heard: HeardTrades?,
        at now: MarketTime
    ) -> Progress {
        var progress = Progress(course: signal.course(from: start))
        var next = CandleInterval.oneMinute.openTime(of: start.adding(milliseconds: minute - 1))
        var last: Candle?
        for candle in candles where candle.openTime >= next && candle.openTime < signal.expiresAt {
            if candle.openTime > next {
                // What may still be filled in is waited for, and of what is behind it only trades say more.
                guard now.since(candle.openTime) >= patienceMilliseconds else {
                    return follow(progress, heard, from: next)
                }
                if progress.take(.gap(until: candle.openTime)) { return progress }
            }
            if progress.take(.candle(candle)) { return progress }
            next = candle.openTime.adding(milliseconds: minute)
            last = candle
        }
        progress = follow(progress, heard, from: next)
        guard progress.end == nil else { return progress }
        if now >= signal.expiresAt, next >= signal.expiresAt {
            _ = progress.take(.expiry(price: last?.close ?? signal.levels.entry, at: signal.expiresAt))
        } else if now.since(next) >= patienceMilliseconds {
            _ = progress.take(.gap(until: min(now, signal.expiresAt)))
        }
        return progress
    }

    /// Goes on by the trades from a moment on, where none of them is missing.
    private static func follow(_ progress: Progress, _ heard: HeardTrades?, from next: MarketTime) -> Progress {
        guard let heard, let since = heard.since, since <= next else { return progress }
        var progress = progress
        for trade in heard.trades where trade.time >= next {
            if progress.take(.trade(price: trade.price, at: trade.time)) { break }
        }
        return progress
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
