/// The greatest and the least number of every window in a block, by doubling: of 2 numbers, of 4, of 8 … of `period`.
///
/// Each pass is one comparison for each number, without a branch; of equal numbers the newer one stays, as in
/// ``RollingExtremes``, whose figures these are.
struct WindowExtremes: ~Copyable {
    /// Above it, the windows are so long beside a block that ``RollingExtremes`` is faster.
    static let longestPeriod = 128

    private let period: Int
    private let first = BlockBuffer(history: WindowExtremes.longestPeriod)
    private let second = BlockBuffer(history: WindowExtremes.longestPeriod)
    private let greatest = BlockBuffer(history: 0)
    private let least = BlockBuffer(history: 0)

    /// - Parameter period: 1 to `longestPeriod`.
    init(period: Int) { self.period = period }

    var highest: UnsafePointer<Double> { UnsafePointer(greatest.start) }
    var lowest: UnsafePointer<Double> { UnsafePointer(least.start) }

    /// Fills `highest` and `lowest` with those of the windows that end at each of the block's numbers.
    ///
    /// - Parameters:
    ///   - highs: the first window's newest number; `period − 1` lie before it.
    ///   - lows: the same; may be `highs`.
    ///   - count: of the windows, at most a block's.
    func find(highs: UnsafePointer<Double>, lows: UnsafePointer<Double>, count: Int) {
        let room = -Self.longestPeriod
        var (source, target, other) = (highs - (period - 1), first.start + room, second.start + room)
        var (span, length) = (1, count + period - 1)
        while 2 * span <= period {
            length -= span
            Self.keepGreater(source, source + span, target, length)
            (source, target, other, span) = (UnsafePointer(target), other, target, 2 * span)
        }
        Self.keepGreater(source, source + (period - span), greatest.start, count)

        (source, span, length) = (lows - (period - 1), 1, count + period - 1)
        while 2 * span <= period {
            length -= span
            Self.keepLess(source, source + span, target, length)
            (source, target, other, span) = (UnsafePointer(target), other, target, 2 * span)
        }
        Self.keepLess(source, source + (period - span), least.start, count)
    }

    private static func keepGreater(
        _ older: UnsafePointer<Double>,
        _ newer: UnsafePointer<Double>,
        _ result: UnsafeMutablePointer<Double>,
        _ count: Int
    ) {
        for index in 0..<count { result[index] = older[index] > newer[index] ? older[index] : newer[index] }
    }

    private static func keepLess(
        _ older: UnsafePointer<Double>,
        _ newer: UnsafePointer<Double>,
        _ result: UnsafeMutablePointer<Double>,
        _ count: Int
    ) {
        for index in 0..<count { result[index] = older[index] < newer[index] ? older[index] : newer[index] }
    }
}

extension WindowExtremes {
    /// What a formula makes of each full window's range and of the close of its newest candle.
    @inline(__always)
    consuming func series<Output: BitwiseCopyable & Sendable>(
        over candles: CandleColumns,
        _ formula: (_ range: RollingExtremes.Range, _ close: Double) -> Output
    ) -> IndicatorSeries<Output> {
        let warmUp = period - 1
        return candles.withPrices { highs, lows, closes in
            IndicatorSeries(count: candles.count, warmUp: warmUp) { values in
                var index = warmUp
                while index < candles.count {
                    let length = min(BlockBuffer.length, candles.count - index)
                    find(highs: highs + index, lows: lows + index, count: length)
                    for place in 0..<length {
                        let range = RollingExtremes.Range(highest: highest[place], lowest: lowest[place])
                        values[index - warmUp + place] = formula(range, closes[index + place])
                    }
                    index += length
                }
            }
        }
    }
}
