/// The mean of the last `period` closes with `width` population standard deviations above and below it.
///
/// middle = SMA(n); upper and lower = middle ± width · √(Σ (c − middle)² / n). The first value comes with the nth
/// close. In a flat window all three are its price exactly.
/// Source: J. Bollinger, *Bollinger on Bollinger Bands*, 2001.
package struct BollingerBands: SteppedIndicator {
    private var moments: RollingMoments
    private let width: Double

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)`` and ``IndicatorError/factorOutOfRange(_:)``.
    package init(period: Int, width: Double) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        try IndicatorPeriod.check(factor: width)
        moments = RollingMoments(period: period)
        self.width = width
    }

    package mutating func ingest(_ close: Double) -> Band? { advance(close) }
    package func preview(_ close: Double) -> Band? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Band> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Band? {
        guard let (mean, deviation) = moments.step(close) else { return nil }
        let distance = width * deviation
        return Band(upper: mean + distance, middle: mean, lower: mean - distance)
    }

    @inline(__always)
    mutating func detach() { moments.detach() }

    @inline(__always)
    mutating func settle() { moments.settle() }
}

/// The population standard deviation of the last `period` closes, in the unit of the prices.
///
/// √(Σ (c − mean)² / n). The first value comes with the nth close; a flat window gives 0 exactly.
package struct StandardDeviation: SteppedIndicator {
    private var moments: RollingMoments

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        moments = RollingMoments(period: period)
    }

    package mutating func ingest(_ close: Double) -> Double? { advance(close) }
    package func preview(_ close: Double) -> Double? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Double> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Double? { moments.step(close)?.deviation }

    @inline(__always)
    mutating func detach() { moments.detach() }

    @inline(__always)
    mutating func settle() { moments.settle() }
}
