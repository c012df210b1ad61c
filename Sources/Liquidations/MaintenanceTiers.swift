/// How much margin a venue wants to be left for a position of some size, in steps of its notional.
package struct MaintenanceTiers: Hashable, Sendable {
    package struct Tier: Hashable, Sendable {
        /// Notional in quote asset from which on it holds.
        package let floor: Double
        /// Part of the notional, 0.004 for 0.4 %.
        package let rate: Double
        /// What is taken off again, so that the requirement does not jump where the tier begins.
        package let amount: Double
        package let maxLeverage: Int
    }

    /// The lowest first; not empty, the first from 0 on.
    package let tiers: [Tier]
    /// The largest notional that the venue takes.
    package let end: Double

    /// Tiers whose amounts follow from the floors and rates: a(n) = floor(n)·(r(n) − r(n−1)) + a(n−1).
    ///
    /// Nil unless there are any, they rise from 0 on, and rates rise with them.
    package init?(_ rows: [(floor: Double, rate: Double, maxLeverage: Int)], end: Double) {
        guard let first = rows.first, first.floor == 0, let last = rows.last, last.floor < end else { return nil }
        var tiers: [Tier] = []
        for row in rows {
            guard row.rate > 0, row.rate < 1, row.maxLeverage >= 1 else { return nil }
            if let before = tiers.last {
                guard before.floor < row.floor, before.rate < row.rate else { return nil }
            }
            let amount = tiers.last.map { row.floor * (row.rate - $0.rate) + $0.amount } ?? 0
            tiers.append(Tier(floor: row.floor, rate: row.rate, amount: amount, maxLeverage: row.maxLeverage))
        }
        self.tiers = tiers
        self.end = end
    }

    /// The place, from 0 on, of the tier that a notional falls in; beyond the end it is the last.
    package func index(of notional: Double) -> Int {
        max(0, (tiers.firstIndex { notional < $0.floor } ?? tiers.count) - 1)
    }

    package func tier(of notional: Double) -> Tier { tiers[index(of: notional)] }
}
