import Indicators
import Markets
import Testing

/// One indicator with its parameters, and what is asked of all of them alike.
struct IndicatorUnderTest: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The values of a batch, each written out to the last bit.
    let batch: @Sendable (CandleColumns) -> [String]
    /// The same from a stream.
    let stream: @Sendable (CandleColumns) -> [String]
    /// A stream of the first candles, and a batch of the rest from where it stands.
    let continued: @Sendable (CandleColumns, Int) -> [String]
    /// What the previews say, each taken before its candle closes and after previews of other candles.
    let previews: @Sendable (CandleColumns) -> [String]
    /// The stream with what is no candle strewn in between.
    let disturbed: @Sendable (CandleColumns) -> [String]

    private static func written(_ output: some Sendable) -> String { String(describing: output) }

    init<Tested: Indicator>(
        _ name: String,
        _ indicator: Tested,
        input: @escaping @Sendable (CandleValues) -> Tested.Input,
        series: @escaping @Sendable (CandleColumns) -> Tested.Input.Series
    ) {
        testDescription = name
        batch = { candles in indicator.values(over: series(candles)).map { Self.written($0) } }
        stream = { candles in
            var state = indicator
            return candles.rows.map { Self.written(state.ingest(input($0))) }
        }
        continued = { candles, count in
            var state = indicator
            let first = candles[0..<count].rows.map { Self.written(state.ingest(input($0))) }
            let rest = state.values(over: series(candles[count..<candles.count]))
            return first + rest.map { Self.written($0) }
        }
        previews = { candles in
            var state = indicator
            return candles.rows.map { candle in
                for factor in [0.5, 3] {
                    var other = candle
                    other.high *= factor
                    other.close *= factor
                    other.volume += 1
                    _ = state.preview(input(other))
                }
                let preview = state.preview(input(candle))
                _ = state.ingest(input(candle))
                return Self.written(preview)
            }
        }
        disturbed = { candles in
            var state = indicator
            return candles.rows.map { candle in
                for figure in [Double.nan, .infinity, -.infinity, 1e101] {
                    var broken = candle
                    broken.close = figure
                    #expect(state.ingest(input(broken)) == nil)
                    #expect(state.preview(input(broken)) == nil)
                }
                return Self.written(state.ingest(input(candle)))
            }
        }
    }

    init<Tested: Indicator>(_ indicator: Tested) where Tested.Input == Double {
        self.init("\(Tested.self)", indicator, input: { $0.close }, series: { $0.closes })
    }

    init<Tested: Indicator>(_ indicator: Tested) where Tested.Input == CandleValues {
        self.init("\(Tested.self)", indicator, input: { $0 }, series: { $0 })
    }

    static func all() throws -> [IndicatorUnderTest] {
        try averages() + momentum() + bands() + trends() + volumes() + unusualWindows()
    }

    /// Windows of one and two candles, and those that a batch does in another way than the usual ones.
    private static func unusualWindows() throws -> [IndicatorUnderTest] {
        [
            IndicatorUnderTest(try SimpleMovingAverage(period: 3)),
            IndicatorUnderTest(try SimpleMovingAverage(period: 4)),
            IndicatorUnderTest(try StochasticOscillator(period: 1, smoothing: 1, signal: 1)),
            IndicatorUnderTest(try StochasticOscillator(period: 2, smoothing: 4, signal: 2)),
            IndicatorUnderTest(try StochasticOscillator(period: 128, smoothing: 1, signal: 4)),
            IndicatorUnderTest(try StochasticOscillator(period: 129, smoothing: 5, signal: 3)),
            IndicatorUnderTest(try FastStochasticOscillator(period: 5, signal: 2)),
            IndicatorUnderTest(try StochasticRelativeStrengthIndex(rsi: 2, period: 2, signal: 1)),
            IndicatorUnderTest(try ChartStochasticRSI(rsi: 7, period: 100, smoothing: 2, signal: 4)),
            IndicatorUnderTest(try CommodityChannelIndex(period: 1)),
            IndicatorUnderTest(try CommodityChannelIndex(period: 2)),
            IndicatorUnderTest(try CommodityChannelIndex(period: 3)),
            IndicatorUnderTest(try CommodityChannelIndex(period: 130)),
            IndicatorUnderTest(try DonchianChannel(period: 1)),
            IndicatorUnderTest(try DonchianChannel(period: 2)),
            IndicatorUnderTest(try WilliamsR(period: 64)),
            IndicatorUnderTest(try WilliamsR(period: 200)),
        ]
    }

    private static func averages() throws -> [IndicatorUnderTest] {
        [
            IndicatorUnderTest(try SimpleMovingAverage(period: 1)),
            IndicatorUnderTest(try SimpleMovingAverage(period: 2)),
            IndicatorUnderTest(try SimpleMovingAverage(period: 20)),
            IndicatorUnderTest(try ExponentialMovingAverage(period: 12)),
            IndicatorUnderTest(try ChartExponentialMovingAverage(period: 12)),
            IndicatorUnderTest(try WilderMovingAverage(period: 14)),
            IndicatorUnderTest(try DoubleExponentialMovingAverage(period: 9)),
            IndicatorUnderTest(try TripleExponentialMovingAverage(period: 9)),
            IndicatorUnderTest(try WeightedMovingAverage(period: 20)),
            IndicatorUnderTest(try HullMovingAverage(period: 16)),
            IndicatorUnderTest(try VolumeWeightedMovingAverage(period: 20)),
        ]
    }

    private static func momentum() throws -> [IndicatorUnderTest] {
        [
            IndicatorUnderTest(try RelativeStrengthIndex(period: 14)),
            IndicatorUnderTest(try ChartRelativeStrengthIndex(period: 14)),
            IndicatorUnderTest(try MovingAverageConvergenceDivergence(fast: 12, slow: 26, signal: 9)),
            IndicatorUnderTest(try ChartMovingAverageConvergenceDivergence(fast: 12, slow: 26, signal: 9)),
            IndicatorUnderTest(try StochasticOscillator(period: 14, smoothing: 3, signal: 3)),
            IndicatorUnderTest(try FastStochasticOscillator(period: 14, signal: 3)),
            IndicatorUnderTest(try StochasticRelativeStrengthIndex(rsi: 14, period: 14, signal: 3)),
            IndicatorUnderTest(try ChartStochasticRSI(rsi: 14, period: 14, smoothing: 3, signal: 3)),
            IndicatorUnderTest(try MoneyFlowIndex(period: 14)),
            IndicatorUnderTest(try CommodityChannelIndex(period: 20)),
            IndicatorUnderTest(try Momentum(period: 10)),
            IndicatorUnderTest(try RateOfChange(period: 10)),
            IndicatorUnderTest(try WilliamsR(period: 14)),
            IndicatorUnderTest(try Aroon(period: 14)),
        ]
    }

    private static func bands() throws -> [IndicatorUnderTest] {
        [
            IndicatorUnderTest(try BollingerBands(period: 20, width: 2)),
            IndicatorUnderTest(try StandardDeviation(period: 20)),
            IndicatorUnderTest(TrueRange()),
            IndicatorUnderTest(try AverageTrueRange(period: 14)),
            IndicatorUnderTest(try NormalizedAverageTrueRange(period: 14)),
            IndicatorUnderTest(try KeltnerChannels(period: 20, rangePeriod: 10, width: 2)),
            IndicatorUnderTest(try KeltnerChannels(period: 5, rangePeriod: 10, width: 2)),
            IndicatorUnderTest(try ChartKeltnerChannels(period: 20, rangePeriod: 10, width: 2)),
            IndicatorUnderTest(try DonchianChannel(period: 20)),
        ]
    }

    private static func trends() throws -> [IndicatorUnderTest] {
        [
            IndicatorUnderTest(try DirectionalMovement(period: 14)),
            IndicatorUnderTest(try Supertrend(period: 10, factor: 3)),
            IndicatorUnderTest(try Ichimoku()),
            IndicatorUnderTest(try ParabolicSAR(step: 0.02, limit: 0.2)),
            IndicatorUnderTest(try LinearRegressionSlope(period: 14)),
        ]
    }

    private static func volumes() throws -> [IndicatorUnderTest] {
        [
            IndicatorUnderTest(OnBalanceVolume()),
            IndicatorUnderTest(try ChaikinMoneyFlow(period: 20)),
            IndicatorUnderTest(VolumeWeightedAveragePrice(anchor: .first)),
            IndicatorUnderTest(VolumeWeightedAveragePrice(anchor: .session(.oneHour))),
            IndicatorUnderTest(VolumeWeightedAveragePrice(anchor: .time(MarketTime(milliseconds: 3_000_000)))),
        ]
    }
}
