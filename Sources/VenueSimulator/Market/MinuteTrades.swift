import Foundation

/// Draws the trades of one planned minute, one after the other: the first is its open, the last its close, the extremes
/// are touched, and the quantities add up to the last lot.
struct MinuteTrades: Sendable {
    struct Draw: Sendable {
        var milliseconds: Int64
        var ticks: Int64
        var lots: Int64
        var isTakerBuy: Bool
    }

    private let plan: MinutePlan
    private var random: SeededRandom
    private var index = 0
    private var remainingLots: Int64
    private var time: Double
    private var ticks: Int64
    /// Positions of the trades at the high and at the low.
    private let highIndex: Int
    private let lowIndex: Int
    /// Of one step, in ticks.
    private let deviation: Double

    init(_ plan: MinutePlan, market: SimulatedListing) {
        self.plan = plan
        random = SeededRandom(market.key, UInt64(bitPattern: plan.minute), 3)
        remainingLots = plan.lots
        time = Double(plan.minute * 60_000)
        ticks = plan.open
        deviation = Double(plan.open) * market.minuteDeviation / Double(max(plan.trades, 1)).squareRoot()
        let inner = max(0, plan.trades - 2)
        let high = inner == 0 ? 0 : 1 + Int(random.unit() * Double(inner))
        var low = inner == 0 ? 0 : 1 + Int(random.unit() * Double(inner))
        if low == high, inner > 1 { low = high == inner ? high - 1 : high + 1 }
        // Where the open or the close is the extreme itself, no other trade has to touch it.
        highIndex = plan.high == plan.open ? 0 : plan.high == plan.close ? plan.trades - 1 : high
        lowIndex = plan.low == plan.open ? 0 : plan.low == plan.close ? plan.trades - 1 : low
    }

    /// The next trade, nil when the minute is complete.
    mutating func next() -> Draw? {
        guard index < plan.trades else { return nil }
        let previous = ticks
        ticks = nextTicks()
        let draw = Draw(
            milliseconds: nextTime(),
            ticks: ticks,
            lots: nextLots(),
            isTakerBuy: ticks == previous ? random.next() & 1 == 0 : ticks > previous
        )
        index += 1
        return draw
    }

    /// The smallest of the times left to draw, each uniform over the rest of the minute.
    private mutating func nextTime() -> Int64 {
        let end = Double((plan.minute + 1) * 60_000)
        let left = Double(plan.trades - index)
        time += (end - time) * (1 - pow(random.unit(), 1 / left))
        return min(Int64(time), (plan.minute + 1) * 60_000 - 1)
    }

    /// A log-normal share of what is left; every later trade keeps at least one lot.
    private mutating func nextLots() -> Int64 {
        let left = Int64(plan.trades - index)
        guard left > 1 else { return remainingLots }
        let weight = random.spread(1.1)
        let share = Double(remainingLots) * weight / (weight + Double(left - 1))
        let lots = min(max(1, Int64(share.rounded())), remainingLots - (left - 1))
        remainingLots -= lots
        return lots
    }

    /// A step of a bridge towards the next price that is settled.
    private mutating func nextTicks() -> Int64 {
        if index == 0 { return plan.open }
        if index == plan.trades - 1 { return plan.close }
        if index == highIndex { return plan.high }
        if index == lowIndex { return plan.low }
        var target = (index: plan.trades - 1, ticks: plan.close)
        if highIndex > index, highIndex < target.index { target = (highIndex, plan.high) }
        if lowIndex > index, lowIndex < target.index { target = (lowIndex, plan.low) }
        let steps = Double(target.index - index + 1)
        let drift = Double(target.ticks - ticks) / steps
        let noise = deviation * ((steps - 1) / steps).squareRoot() * random.normal()
        return min(plan.high, max(plan.low, ticks + Int64((drift + noise).rounded())))
    }
}
