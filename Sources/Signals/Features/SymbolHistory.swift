import Foundation
import Indicators

/// The last candles of one symbol as columns, without a hole.
///
/// Every figure is computed from its window alone, summed from its oldest candle to its newest: two histories whose
/// last ``FeatureWindows/needed`` candles are the same give the same bits, whenever they began.
struct SymbolHistory: Sendable {
    private var columns = [[Double]](repeating: [], count: FeatureColumn.allCases.count)
    private(set) var last: CandleValues?

    /// Consecutive candles that are here, as far as they are kept.
    var count: Int { columns[0].count }

    /// Forgets everything: what comes next does not follow on what was.
    mutating func clear() {
        for index in columns.indices { columns[index].removeAll(keepingCapacity: true) }
        last = nil
    }

    /// Takes the candle that follows on the last one, and the mean change of all symbols in the same interval.
    mutating func append(_ candle: CandleValues, marketChange: Double) {
        let previous = last?.close ?? candle.open
        let change = Self.change(from: previous, to: candle.close)
        let range = candle.high - candle.low
        put(.high, candle.high)
        put(.low, candle.low)
        put(.logClose, log(candle.close))
        put(.change, change)
        put(.changeSquared, change * change)
        put(.changeMagnitude, change.magnitude)
        put(.trueRange, max(range, (candle.high - previous).magnitude, (candle.low - previous).magnitude))
        put(.volume, candle.volume)
        put(.logVolume, log(candle.volume + 1))
        put(.pressedVolume, range > 0 ? (2 * candle.close - candle.low - candle.high) / range * candle.volume : 0)
        put(.signedVolume, change > 0 ? candle.volume : change < 0 ? -candle.volume : 0)
        put(.illiquidity, candle.volume > 0 ? change.magnitude / (candle.volume * candle.close) : 0)
        put(.changeTimesMarket, change * marketChange)
        put(.marketSquared, marketChange * marketChange)
        last = candle
        trim()
    }

    static func change(from previous: Double, to close: Double) -> Double {
        log(close) - log(previous)
    }

    private mutating func put(_ column: FeatureColumn, _ value: Double) { columns[column.rawValue].append(value) }

    /// Kept up to twice as long as needed, so that dropping the oldest costs little.
    private mutating func trim() {
        guard count >= 2 * FeatureWindows.needed else { return }
        let surplus = count - FeatureWindows.needed
        for index in columns.indices { columns[index].removeFirst(surplus) }
    }

    // MARK: Figures

    /// The value of a column so many candles before the last.
    func value(_ column: FeatureColumn, back: Int = 0) -> Double { columns[column.rawValue][count - 1 - back] }

    /// The sum over the last candles, as many as the window has.
    func sum(_ column: FeatureColumn, _ window: Int, back: Int = 0) -> Double {
        columns[column.rawValue].withUnsafeBufferPointer { values in
            var sum = 0.0
            let end = values.count - back
            for index in (end - window)..<end { sum += values[index] }
            return sum
        }
    }

    func mean(_ column: FeatureColumn, _ window: Int) -> Double { sum(column, window) / Double(window) }

    func highest(_ window: Int) -> Double {
        columns[FeatureColumn.high.rawValue].withUnsafeBufferPointer { values in
            var highest = -Double.infinity
            for index in (values.count - window)..<values.count where values[index] > highest {
                highest = values[index]
            }
            return highest
        }
    }

    func lowest(_ window: Int) -> Double {
        columns[FeatureColumn.low.rawValue].withUnsafeBufferPointer { values in
            var lowest = Double.infinity
            for index in (values.count - window)..<values.count where values[index] < lowest { lowest = values[index] }
            return lowest
        }
    }

    /// Change of the logarithm of the close over so many candles.
    func move(_ candles: Int) -> Double { value(.logClose) - value(.logClose, back: candles) }

    /// Root mean square change of a candle.
    func volatility(_ window: Int) -> Double { mean(.changeSquared, window).squareRoot() }

    /// Average of the true range as a part of the last close.
    func trueRangePart(_ window: Int) -> Double { mean(.trueRange, window) / (last?.close ?? .nan) }

    /// Sample standard deviation.
    func deviation(_ column: FeatureColumn, _ window: Int) -> Double {
        let mean = mean(column, window)
        return columns[column.rawValue].withUnsafeBufferPointer { values in
            var sum = 0.0
            for index in (values.count - window)..<values.count {
                let distance = values[index] - mean
                sum += distance * distance
            }
            return (sum / Double(window - 1)).squareRoot()
        }
    }
}
