/// The stochastics over a whole series: positions in the range, K as the mean of a few, D as the mean of a few K.
///
/// The same figures as ``RangePosition`` and two ``RollingMean`` give one after the other, block by block.
struct OscillationBatch: ~Copyable {
    /// The block's prices: the first window's newest high, low and close, `period − 1` of each before them.
    typealias Prices = (highs: UnsafePointer<Double>, lows: UnsafePointer<Double>, closes: UnsafePointer<Double>)

    private let smoothing: Int
    private let signal: Int
    private let extremes: WindowExtremes
    private let positions: BlockBuffer
    private let means: BlockBuffer
    private let meansOfMeans = BlockBuffer(history: 0)

    /// Nil where a window is longer than is done here.
    init?(period: Int, smoothing: Int, signal: Int) {
        guard
            period <= WindowExtremes.longestPeriod, max(smoothing, signal) <= RollingMean.longestDirect
        else { return nil }
        self.smoothing = smoothing
        self.signal = signal
        extremes = WindowExtremes(period: period)
        positions = BlockBuffer(history: smoothing - 1)
        means = BlockBuffer(history: signal - 1)
    }

    /// The values at every window for which K and D are there.
    ///
    /// - Parameters:
    ///   - count: of the candles.
    ///   - first: index of the candle with which the first window is full.
    ///   - prices: asked for block after block: index of the first candle, and how many.
    /// - Returns: one for each candle.
    func series(
        count: Int,
        firstWindow first: Int,
        prices: (_ index: Int, _ count: Int) -> Prices
    ) -> IndicatorSeries<Oscillation> {
        let warmUp = first + smoothing + signal - 2
        return IndicatorSeries(count: count, warmUp: warmUp) { values in
            var index = first
            while index < count {
                let length = min(BlockBuffer.length, count - index)
                compute(prices(index, length), length)
                let (k, d) = (means.start, meansOfMeans.start)
                for place in max(0, warmUp - index)..<max(length, warmUp - index) {
                    values[index + place - warmUp] = Oscillation(k: k[place], d: d[place])
                }
                positions.advance(by: length)
                means.advance(by: length)
                index += length
            }
        }
    }

    private func compute(_ prices: Prices, _ count: Int) {
        extremes.find(highs: prices.highs, lows: prices.lows, count: count)
        let (highest, lowest, closes) = (extremes.highest, extremes.lowest, prices.closes)
        let position = positions.start
        for index in 0..<count {
            let range = RollingExtremes.Range(highest: highest[index], lowest: lowest[index])
            position[index] = range.position(of: closes[index])
        }
        RollingMean.direct(of: position, period: smoothing, into: means.start, count: count)
        RollingMean.direct(of: means.start, period: signal, into: meansOfMeans.start, count: count)
    }
}

extension OscillationBatch {
    /// Over highs, lows and closes.
    func series(over candles: CandleColumns, period: Int) -> IndicatorSeries<Oscillation> {
        candles.withPrices { highs, lows, closes in
            series(count: candles.count, firstWindow: period - 1) { index, _ in
                (highs + index, lows + index, closes + index)
            }
        }
    }

    /// Over the readings of an index of the closes.
    func series(over closes: [Double], period: Int, index: RelativeStrengthIndex) -> IndicatorSeries<Oscillation> {
        var state = index
        let readings = BlockBuffer(history: period - 1)
        var next = 0
        /// Steps until so many readings are there.
        func read(_ count: Int, into start: UnsafeMutablePointer<Double>) {
            var filled = 0
            while filled < count, next < closes.count {
                if let reading = state.step(closes[next]) {
                    start[filled] = reading
                    filled += 1
                }
                next += 1
            }
        }
        let firstReading = state.warmUp
        read(period - 1, into: readings.start - (period - 1))
        return series(count: closes.count, firstWindow: firstReading + period - 1) { index, count in
            if index > firstReading + period - 1 { readings.advance(by: BlockBuffer.length) }
            read(count, into: readings.start)
            let start = UnsafePointer(readings.start)
            return (start, start, start)
        }
    }
}
