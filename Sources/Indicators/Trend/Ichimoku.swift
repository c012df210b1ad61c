/// The lines of the Ichimoku cloud at their own candle, in the unit of the prices.
///
/// Each is the middle of the highest high and the lowest low: conversion (tenkan) over 9 candles, base (kijun) over 26,
/// span B over 52; span A is the middle of conversion and base. **Unshifted**: a chart draws the spans 26 candles
/// ahead, and the lagging span (chikou) is the close drawn 26 candles back. Each line is nil until its window is full.
/// Source: G. Hosoda ("Ichimoku Sanjin"), *Ichimoku Kinkō Hyō*, 1969.
package struct Ichimoku: SteppedIndicator {
    package struct Value: Hashable, Sendable {
        package var conversion: Double?
        package var base: Double?
        package var spanA: Double?
        package var spanB: Double?
    }

    private var short: RollingExtremes
    private var middle: RollingExtremes
    private var long: RollingExtremes

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(conversion: Int = 9, base: Int = 26, spanB: Int = 52) throws(IndicatorError) {
        try IndicatorPeriod.check(conversion, base, spanB)
        short = RollingExtremes(period: conversion)
        middle = RollingExtremes(period: base)
        long = RollingExtremes(period: spanB)
    }

    package mutating func ingest(_ candle: CandleValues) -> Value? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Value? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Value> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Value? {
        let conversion = short.step(high: candle.high, low: candle.low)?.middle
        let base = middle.step(high: candle.high, low: candle.low)?.middle
        let spanB = long.step(high: candle.high, low: candle.low)?.middle
        guard conversion != nil || base != nil || spanB != nil else { return nil }
        var spanA: Double?
        if let conversion, let base { spanA = (conversion + base) / 2 }
        return Value(conversion: conversion, base: base, spanA: spanA, spanB: spanB)
    }

    @inline(__always)
    mutating func detach() {
        short.detach()
        middle.detach()
        long.detach()
    }

    @inline(__always)
    mutating func settle() {
        short.settle()
        middle.settle()
        long.settle()
    }
}

extension RollingExtremes.Range {
    fileprivate var middle: Double { (highest + lowest) / 2 }
}
