import Indicators

/// A position while it is open, and the one rule for what a candle does to it.
///
/// Candles do not say in which order their prices came. What the open decides is certain: a stop or a target that the
/// open has passed is filled there. After that the stop comes before any target, and where both lay in the candle the
/// trade is ambiguous; finer candles, when there are some, are asked first.
struct OpenPosition {
    let plan: TradePlan
    private let costs: TradingCosts
    let sign: Double
    let entryPrice: Double
    private(set) var stop: Double
    private(set) var stopKind = ClosedPosition.Exit.stop
    /// Part of the position that is still open.
    private(set) var open = 1.0
    private(set) var targetsHit = 0
    private(set) var isAmbiguous = false
    /// Parts of the notional at the entry.
    private(set) var fees: Double
    private(set) var funding = 0.0
    private var gain = 0.0
    /// Sum over the closed parts of share times price.
    private(set) var proceeds = 0.0
    private var best: Double

    /// Opens at the market.
    init(_ plan: TradePlan, at price: Double, costs: TradingCosts) {
        self.plan = plan
        self.costs = costs
        sign = plan.side.sign
        entryPrice = price * (1 + sign * costs.slippage)
        stop = entryPrice * (1 - sign * plan.stop)
        fees = costs.takerFee
        best = entryPrice
    }

    var isClosed: Bool { open <= 0 }
    /// After all costs, of the notional at the entry.
    var result: Double { gain - fees - funding }

    /// The gain of what is open, were it sold at a price.
    func unrealised(at price: Double) -> Double { open * sign * (price - entryPrice) / entryPrice }

    func target(_ index: Int) -> Double { entryPrice * (1 + sign * plan.targets[index].distance) }

    /// The prices that a candle must reach to change anything, while nothing else moves the stop: at or below the first,
    /// at or above the second.
    var quietRange: (below: Double, above: Double) {
        let next = targetsHit < plan.targets.count ? target(targetsHit) : sign * .infinity
        return sign > 0 ? (stop, next) : (next, stop)
    }

    /// Whether the candle holds the stop as well as the next target, and its open tells nothing.
    func isUndecided(_ candle: CandleValues) -> Bool {
        guard targetsHit < plan.targets.count, !reaches(stop: candle.open) else { return false }
        let next = target(targetsHit)
        guard !reaches(candle.open, next) else { return false }
        return reaches(stop: sign > 0 ? candle.low : candle.high) && reaches(sign > 0 ? candle.high : candle.low, next)
    }

    /// Fills what the candle reaches; the reason when that ends the trade.
    @inline(__always)
    mutating func trade(through candle: CandleValues) -> ClosedPosition.Exit? {
        let worst = sign > 0 ? candle.low : candle.high
        if reaches(stop: worst) { return tradeThroughStop(candle) }
        let bestPrice = sign > 0 ? candle.high : candle.low
        if takeTargets(upTo: bestPrice, open: candle.open) { return .target }
        return nil
    }

    private mutating func tradeThroughStop(_ candle: CandleValues) -> ClosedPosition.Exit {
        if reaches(stop: candle.open) {
            close(open, at: candle.open * (1 - sign * costs.slippage), fee: costs.takerFee)
            return stopKind
        }
        // A target that the open has passed is filled before anything else can be.
        if takeTargets(upTo: candle.open, open: candle.open) { return .target }
        if isUndecided(candle) { isAmbiguous = true }
        close(open, at: stop * (1 - sign * costs.slippage), fee: costs.takerFee)
        return stopKind
    }

    /// Closes what is left at the market.
    mutating func leave(at price: Double) { close(open, at: price * (1 - sign * costs.slippage), fee: costs.takerFee) }

    mutating func payFunding(at price: Double, times: Int) {
        funding += Double(times) * (sign * open * costs.fundingRate * price / entryPrice)
    }

    /// Moves the stop for the candles to come.
    @inline(__always)
    mutating func follow(_ candle: CandleValues) {
        if plan.breakevenAfterFirstTarget, targetsHit > 0, sign * (entryPrice - stop) > 0 {
            stop = entryPrice
            stopKind = .breakeven
        }
        guard let trail = plan.trail else { return }
        let extreme = sign > 0 ? candle.high : candle.low
        if sign * (extreme - best) > 0 { best = extreme }
        let next = best * (1 - sign * trail)
        guard sign * (next - stop) > 0 else { return }
        stop = next
        stopKind = .trail
    }

    @inline(__always)
    private func reaches(stop price: Double) -> Bool { sign * (price - stop) <= 0 }

    @inline(__always)
    private func reaches(_ price: Double, _ target: Double) -> Bool { sign * (price - target) >= 0 }

    /// Whether that closed the position.
    @inline(__always)
    private mutating func takeTargets(upTo price: Double, open first: Double) -> Bool {
        while targetsHit < plan.targets.count {
            let level = target(targetsHit)
            guard reaches(price, level) else { return false }
            let isLast = targetsHit == plan.targets.count - 1
            let share = isLast ? open : min(open, plan.targets[targetsHit].share)
            targetsHit += 1
            close(share, at: reaches(first, level) ? first : level, fee: costs.makerFee)
            if isClosed { return true }
        }
        return false
    }

    private mutating func close(_ share: Double, at price: Double, fee: Double) {
        gain += share * sign * (price - entryPrice) / entryPrice
        fees += share * fee * price / entryPrice
        proceeds += share * price
        open -= share
        if open < 1e-12 { open = 0 }
    }
}
