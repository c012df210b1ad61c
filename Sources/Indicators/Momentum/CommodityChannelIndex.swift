/// How many mean deviations the typical price is away from its mean; most readings lie within ±100.
///
/// tp = (h + l + c) / 3; CCI = (tp − SMA(tp)) / (0.015 · mean of |tp − SMA(tp)|) over `period` candles; 0 where the
/// deviation is no more than rounding. The first value comes with the nth candle. The deviations are taken from a mean
/// that moves, so each candle costs a pass over its window: O(period), the one indicator here that is not O(1).
/// Source: D. R. Lambert, *Commodities* (now *Futures*), October 1980.
package struct CommodityChannelIndex: SteppedIndicator {
    private var mean: RollingMean
    private let period: Int
    /// 0.015 / period: what the sum of all deviations is multiplied with.
    private let scale: Double
    /// How small that sum is where it is rounding only, as a part of the mean.
    private let tolerance: Double
    /// The last typical prices but the newest; the oldest lies at `offset`.
    private var window: Slots<Double>
    private let older: Int
    private var offset = 0
    private var newest = 0.0

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        mean = RollingMean(period: period)
        self.period = period
        scale = 0.015 / Double(period)
        tolerance = equalityTolerance * Double(period)
        older = period - 1
        window = Slots(repeating: 0, count: period - 1)
    }

    package mutating func ingest(_ candle: CandleValues) -> Double? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Double? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Double> {
        guard mean.isUntouched, period <= WindowExtremes.longestPeriod, candles.areBlocks else {
            return run(over: candles)
        }
        return blocks(over: candles)
    }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Double? {
        newest = candle.typicalPrice
        guard let mean = mean.step(newest) else { return nil }
        let older = deviations(from: mean)
        return value(of: newest, mean: mean, deviations: older.0 + older.1)
    }

    @inline(__always)
    mutating func detach() {
        mean.detach()
        window.detach()
    }

    @inline(__always)
    mutating func settle() {
        mean.settle()
        guard older > 0 else { return }
        window[offset] = newest
        offset = offset + 1 == older ? 0 : offset + 1
    }

    @inline(__always)
    private func value(of price: Double, mean: Double, deviations older: Double) -> Double {
        let distance = price - mean
        let deviations = distance.magnitude + older
        return deviations > tolerance * mean.magnitude ? distance / (scale * deviations) : 0
    }

    /// The sums of the older prices' distances from the mean, oldest first: every other one, and the rest.
    @inline(__always)
    private func deviations(from mean: Double) -> (Double, Double) {
        var sums = (0.0, 0.0)
        for age in 0..<older {
            let index = offset + age
            sums = (sums.1, sums.0 + (window[index < older ? index : index - older] - mean).magnitude)
        }
        return sums
    }
}

extension CommodityChannelIndex {
    /// The whole series, block by block: the means one after the other, the deviations of four candles at a time.
    private func blocks(over candles: CandleColumns) -> IndicatorSeries<Double> {
        let prices = BlockBuffer(history: older)
        let means = BlockBuffer(history: 0)
        let deviations = BlockBuffer(history: 0)
        var mean = mean
        mean.detach()
        return candles.withPrices { highs, lows, closes in
            IndicatorSeries(count: candles.count, warmUp: older) { values in
                var index = 0
                while index < candles.count {
                    let length = min(BlockBuffer.length, candles.count - index)
                    let price = prices.start
                    for place in 0..<length {
                        price[place] = (highs[index + place] + lows[index + place] + closes[index + place]) / 3
                    }
                    for place in 0..<length {
                        means.start[place] = mean.step(price[place]) ?? 0
                        mean.settle()
                    }
                    Self.sum(price, from: means.start, into: deviations.start, count: length, older: older)
                    for place in max(0, older - index)..<max(length, older - index) {
                        values[index + place - older] = value(
                            of: price[place],
                            mean: means.start[place],
                            deviations: deviations.start[place]
                        )
                    }
                    prices.advance(by: length)
                    index += length
                }
            }
        }
    }

    /// What ``deviations(from:)`` gives for each price of a block, whose `older` predecessors lie before it.
    private static func sum(
        _ prices: UnsafePointer<Double>,
        from means: UnsafePointer<Double>,
        into sums: UnsafeMutablePointer<Double>,
        count: Int,
        older: Int
    ) {
        var place = 0
        // A last part of a four is computed from what lies behind it in the buffers, and never read.
        while place < count {
            let mean = four(means + place)
            var (even, odd) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
            let first = prices + (place - older)
            var age = 0
            while age + 2 <= older {
                even += (four(first + age) - mean).magnitudes
                odd += (four(first + age + 1) - mean).magnitudes
                age += 2
            }
            if age < older { even += (four(first + age) - mean).magnitudes }
            UnsafeMutableRawPointer(sums + place).storeBytes(of: even + odd, as: SIMD4<Double>.self)
            place += 4
        }
    }

    @inline(__always)
    private static func four(_ numbers: UnsafePointer<Double>) -> SIMD4<Double> {
        UnsafeRawPointer(numbers).loadUnaligned(as: SIMD4<Double>.self)
    }
}

extension SIMD4<Double> {
    @inline(__always)
    fileprivate var magnitudes: SIMD4<Double> {
        let withoutSign = SIMD4<UInt64>(repeating: 0x7FFF_FFFF_FFFF_FFFF)
        return unsafeBitCast(unsafeBitCast(self, to: SIMD4<UInt64>.self) & withoutSign, to: SIMD4<Double>.self)
    }
}
