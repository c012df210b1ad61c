/// An exponential average with `width` average true ranges above and below it, in the unit of the prices.
///
/// middle = EMA of the typical price (h + l + c) / 3; upper and lower = middle ± width · ATR. The later of the two
/// averages decides where both start: with 20 and 10 candles the ATR begins with the mean of true ranges 10 to 19, and
/// the first value comes with candle 20. Charting sites take the EMA of the close: ``ChartKeltnerChannels``.
/// Source: C. W. Keltner, *How to Make Money in Commodities*, 1960; conventions of TA-Lib.
package struct KeltnerChannels: SteppedIndicator {
    private var average: Smoothing
    private var trueRange = TrueRange()
    private var range: Smoothing
    private let width: Double
    private var skippedPrices: Int
    private var skippedRanges: Int

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)`` and ``IndicatorError/factorOutOfRange(_:)``.
    package init(period: Int, rangePeriod: Int, width: Double) throws(IndicatorError) {
        try IndicatorPeriod.check(period, rangePeriod)
        try IndicatorPeriod.check(factor: width)
        average = .exponential(period: period)
        range = .wilder(period: rangePeriod)
        self.width = width
        // The first true range comes with the second candle.
        skippedPrices = max(0, rangePeriod + 1 - period)
        skippedRanges = max(0, period - rangePeriod - 1)
    }

    package mutating func ingest(_ candle: CandleValues) -> Band? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Band? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Band> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Band? {
        let middle = nextAverage(candle.typicalPrice)
        guard let range = nextRange(candle), let middle else { return nil }
        let distance = width * range
        return Band(upper: middle + distance, middle: middle, lower: middle - distance)
    }

    @inline(__always)
    private mutating func nextAverage(_ price: Double) -> Double? {
        guard skippedPrices == 0 else {
            skippedPrices -= 1
            return nil
        }
        return average.step(price)
    }

    @inline(__always)
    private mutating func nextRange(_ candle: CandleValues) -> Double? {
        guard let next = trueRange.step(candle) else { return nil }
        guard skippedRanges == 0 else {
            skippedRanges -= 1
            return nil
        }
        return range.step(next)
    }
}

/// ``KeltnerChannels`` as charting sites draw them: the EMA of the close, and an ATR that starts on its own.
package struct ChartKeltnerChannels: SteppedIndicator {
    private var average: Smoothing
    private var range: AverageTrueRange
    private let width: Double

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)`` and ``IndicatorError/factorOutOfRange(_:)``.
    package init(period: Int, rangePeriod: Int, width: Double) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        try IndicatorPeriod.check(factor: width)
        average = .exponential(period: period)
        range = try AverageTrueRange(period: rangePeriod)
        self.width = width
    }

    package mutating func ingest(_ candle: CandleValues) -> Band? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Band? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Band> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Band? {
        let middle = average.step(candle.close)
        guard let range = range.step(candle), let middle else { return nil }
        let distance = width * range
        return Band(upper: middle + distance, middle: middle, lower: middle - distance)
    }
}
