import MarketFeed
import Markets
import Synchronization

/// A candle store in memory that keeps the rules of the port, and can be away or slow on demand.
final class MemoryStore: Sendable {
    struct Away: Error {}

    struct State: Sendable {
        var candles: [CandleSeries: [MarketTime: Candle]] = [:]
        var gaps: Set<CandleGap> = []
        var isAway = false
        /// Calls that still succeed before the store goes away; nil for any number.
        var callsLeft: Int?
        var upserts = 0
    }

    let state = Mutex(State())
    private let beforeUpsert: @Sendable () async -> Void

    init(beforeUpsert: @escaping @Sendable () async -> Void = {}) {
        self.beforeUpsert = beforeUpsert
    }

    var port: CandleStore {
        CandleStore(
            upsert: { candles in
                await self.beforeUpsert()
                try self.call { $0.upsert(candles) }
            },
            range: { query in try self.call { $0.range(query) } },
            gaps: { series, span in
                try self.call { state in
                    state.gaps.filter { $0.series == series && $0.span.overlaps(span) }
                        .sorted { $0.span.from < $1.span.from }
                }
            },
            openGaps: { limit in
                try self.call { state in Array(state.gaps.sorted { $1.span.from < $0.span.from }.prefix(limit)) }
            },
            markGap: { gap in try self.call { _ = $0.gaps.insert(gap) } },
            clearGap: { gap in
                try self.call { state in
                    state.gaps = state.gaps.filter { known in
                        known.series != gap.series || known.span.from < gap.span.from || known.span.to > gap.span.to
                    }
                }
            },
            prune: { interval, before, limit in try self.call { $0.prune(interval, before: before, limit: limit) } }
        )
    }

    func setAway(_ isAway: Bool) {
        state.withLock {
            $0.isAway = isAway
            $0.callsLeft = nil
        }
    }

    func candles(_ series: CandleSeries) -> [Candle] {
        state.withLock { $0.candles[series] ?? [:] }.values.sorted { $0.openTime < $1.openTime }
    }

    var gaps: Set<CandleGap> { state.withLock(\.gaps) }

    private func call<Answer: Sendable>(_ body: (inout State) -> Answer) throws -> Answer {
        try state.withLock { state in
            if let left = state.callsLeft {
                if left == 0 { state.isAway = true }
                state.callsLeft = left - 1
            }
            if state.isAway { throw Away() }
            return body(&state)
        }
    }
}

extension MemoryStore.State {
    fileprivate mutating func upsert(_ rows: [VenueCandle]) {
        upserts += 1
        for row in rows {
            let known = candles[row.series]?[row.candle.openTime]
            if known?.isClosed ?? false, !row.candle.isClosed { continue }
            candles[row.series, default: [:]][row.candle.openTime] = row.candle
        }
    }

    fileprivate mutating func prune(_ interval: CandleInterval, before: MarketTime, limit: Int) -> Int {
        let old = candles.filter { $0.key.interval == interval }
            .flatMap { series, candles in candles.keys.map { (series: series, time: $0) } }
            .filter { $0.time < before }.sorted { $0.time < $1.time }.prefix(limit)
        for row in old { candles[row.series]?[row.time] = nil }
        if old.count < limit {
            gaps = gaps.filter { $0.series.interval != interval || $0.span.to > before }
        }
        return old.count
    }

    fileprivate func range(_ query: CandleQuery) -> [Candle] {
        let matching = (candles[query.series] ?? [:]).values
            .filter { candle in
                candle.openTime >= query.from ?? candle.openTime
                    && query.to.map { candle.openTime < $0 } ?? true
            }
            .sorted { $0.openTime < $1.openTime }
        return Array(query.from == nil ? matching.suffix(query.limit) : matching.prefix(query.limit))
    }
}
