import MarketFeed
import Markets
import Synchronization

/// A store of liquidations in memory that keeps the rules of the port, and can be away on demand.
final class MemoryLiquidations: Sendable {
    struct Away: Error {}

    private struct State: Sendable {
        var rows: [VenueLiquidation] = []
        var isAway = false
    }

    private let state = Mutex(State())

    var port: LiquidationStore {
        LiquidationStore(
            insert: { liquidations in
                try self.call { rows in rows += liquidations.filter { !rows.contains($0) } }
            },
            sums: { span in try self.call { rows in Self.sums(rows.filter { span.contains($0.time) }) } },
            recent: { since, limit in
                try self.call { rows in
                    let bySymbol = Dictionary(grouping: rows.filter { $0.time >= since }, by: \.liquidation.symbol)
                    return bySymbol.values.flatMap { $0.sorted { $0.time < $1.time }.suffix(limit) }
                        .sorted { $0.time < $1.time }
                }
            },
            prune: { before, limit in
                try self.call { rows in
                    let old = rows.filter { $0.time < before }.sorted { $0.time < $1.time }.prefix(limit)
                    rows.removeAll(where: old.contains)
                    return old.count
                }
            }
        )
    }

    var rows: [VenueLiquidation] { state.withLock(\.rows) }

    func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }

    private func call<Answer: Sendable>(_ body: (inout [VenueLiquidation]) -> Answer) throws -> Answer {
        try state.withLock { state in
            if state.isAway { throw Away() }
            return body(&state.rows)
        }
    }

    private static func sums(_ rows: [VenueLiquidation]) -> [LiquidationSum] {
        rows.compactMap { one in
            guard let notional = one.liquidation.notional else { return nil }
            let isLong = one.liquidation.side == .long
            return LiquidationSum(
                venue: one.venue,
                symbol: one.liquidation.symbol,
                minute: CandleInterval.oneMinute.openTime(of: one.time),
                long: isLong ? notional : .zero,
                short: isLong ? .zero : notional
            )
        }
    }
}
