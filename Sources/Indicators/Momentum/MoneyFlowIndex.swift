/// An RSI of money: the part of the traded value that came with a rising typical price, from 0 to 100.
///
/// tp = (h + l + c) / 3; MFI = 100 · Σ tp · v where tp rose / Σ tp · v where it rose or fell, over the last n changes; 0
/// where nothing flowed. Prices that differ by rounding only are equal. The first value comes with candle n + 1.
/// Source: G. Quong and A. Soudack, *Technical Analysis of Stocks & Commodities* 7:3, 1989.
package struct MoneyFlowIndex: SteppedIndicator {
    private var flows: RollingSums
    private var previous: Double?
    private var hasChange = false

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        flows = RollingSums(period: period)
    }

    package mutating func ingest(_ candle: CandleValues) -> Double? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Double? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Double> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Double? {
        let price = candle.typicalPrice
        guard let previous else {
            previous = price
            return nil
        }
        self.previous = price
        hasChange = true
        let change = price - previous
        let least = equalityTolerance * (price.magnitude + previous.magnitude)
        let flow = price * candle.volume
        guard
            let sums = flows.step(
                chosen(flow, where: change, exceeds: least),
                chosen(flow, where: -least, exceeds: change)
            )
        else { return nil }
        let total = sums.x + sums.y
        return total > 0 ? 100 * (sums.x / total) : 0
    }

    @inline(__always)
    mutating func detach() { flows.detach() }

    @inline(__always)
    mutating func settle() {
        if hasChange { flows.settle() }
    }
}
