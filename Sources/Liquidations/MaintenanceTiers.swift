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

        package init(floor: Double, rate: Double, amount: Double, maxLeverage: Int) {
            self.floor = floor
            self.rate = rate
            self.amount = amount
            self.maxLeverage = maxLeverage
        }

        /// The amount of the tier that follows, so that both ask for the same where it begins:
        /// a(n) = floor(n)·(r(n) − r(n−1)) + a(n−1).
        package func amount(from floor: Double, rate next: Double) -> Double { floor * (next - rate) + amount }

        /// What must be left for a notional.
        package func requirement(_ notional: Double) -> Double { notional * rate - amount }
    }

    /// The lowest first; not empty, the first from 0 on.
    package let tiers: [Tier]
    /// The largest notional that the venue takes.
    package let end: Double

    /// Tiers whose amounts follow from the floors and rates.
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
            let amount = tiers.last.map { $0.amount(from: row.floor, rate: row.rate) } ?? 0
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

    /// What must be left for a notional, in the tier that it falls in.
    package func requirement(_ notional: Double) -> Double { tier(of: notional).requirement(notional) }
}
