import MarketFeed
import Markets
import Synchronization

/// A venue's past: one candle for each minute, the open time's minute number as its number of trades.
final class MemoryHistory: Sendable {
    struct Unreachable: Error {}

    private struct State: Sendable {
        var calls: [TimeSpan] = []
        var isReachable = true
        var gate: [CheckedContinuation<Void, Never>] = []
        var isGated = false
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> MarketTime

    init(now: @escaping @Sendable () -> MarketTime) { self.now = now }

    var port: CandleHistory {
        CandleHistory { series, span in
            await self.pass(span)
            guard self.state.withLock(\.isReachable) else { throw Unreachable() }
            return try self.candles(series, span)
        }
    }

    var calls: [TimeSpan] { state.withLock(\.calls) }

    func setReachable(_ isReachable: Bool) { state.withLock { $0.isReachable = isReachable } }

    /// Calls wait from now on until ``open()``.
    func hold() { state.withLock { $0.isGated = true } }

    func open() {
        let waiting = state.withLock { state in
            state.isGated = false
            defer { state.gate = [] }
            return state.gate
        }
        for call in waiting { call.resume() }
    }

    func candles(_ series: CandleSeries, _ span: TimeSpan) throws -> [Candle] {
        let length = series.interval.milliseconds
        let first = series.interval.openTime(of: span.from.adding(milliseconds: length - 1)).milliseconds
        let last = min(span.to.milliseconds, now().milliseconds + 1)
        return try stride(from: first, to: last, by: Int(length)).map { time in
            var candle = try Samples.candle(minute: 0, trades: Int(time / length % 1_000_000))
            candle.symbol = series.symbol
            candle.interval = series.interval
            candle.openTime = MarketTime(milliseconds: time)
            candle.isClosed = time + length <= now().milliseconds
            return candle
        }
    }

    private func pass(_ span: TimeSpan) async {
        await withCheckedContinuation { call in
            let mayPass = state.withLock { state in
                state.calls.append(span)
                if state.isGated { state.gate.append(call) }
                return !state.isGated
            }
            if mayPass { call.resume() }
        }
    }
}
