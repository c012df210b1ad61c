import Markets

/// What was bought or sold on a signal, as parts of the notional at the entry.
struct SignalPosition: Hashable {
    private let levels: SignalLevels
    private let costs: SignalCosts
    /// What was paid, with slippage.
    private let entryPrice: Double
    /// The stop in force.
    private(set) var stop: Price
    private var openShare = 1.0
    private var gain = 0.0

    init(levels: SignalLevels, at price: Price, costs: SignalCosts) {
        self.levels = levels
        self.costs = costs
        entryPrice = price.value.double * (1 + levels.direction.sign * costs.slippage)
        stop = levels.stop
        entryLevel = price
        gain = -costs.fee
    }

    /// Where the market was when it was entered.
    private let entryLevel: Price

    /// After fees and slippage, of the notional at the entry.
    var result: Double { gain }

    func isStopped(by price: Price) -> Bool { levels.direction == .buy ? price <= stop : stop <= price }

    /// Closes a third at a target, of which a resting order stood there; after the first, the stop moves to the entry.
    mutating func closeThird(_ index: Int, at target: Price) {
        let isLast = index == SignalLevels.targetCount - 1
        close(isLast ? openShare : 1.0 / Double(SignalLevels.targetCount), at: target.value.double)
        if index == 0 { stop = entryLevel }
    }

    /// Closes what is open at the market.
    mutating func leave(at price: Price) {
        close(openShare, at: price.value.double * (1 - levels.direction.sign * costs.slippage))
    }

    private mutating func close(_ share: Double, at price: Double) {
        gain += share * (levels.direction.sign * (price - entryPrice) - costs.fee * price) / entryPrice
        openShare -= share
    }
}
