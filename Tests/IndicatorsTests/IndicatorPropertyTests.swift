import Indicators
import Testing

@Suite("What every indicator keeps to")
struct IndicatorPropertyTests {
    @Test("A stream gives the numbers of a batch, bit for bit", arguments: TestSeries.allCases)
    func streamEqualsBatch(series: TestSeries) throws {
        let candles = series.candles
        for indicator in try IndicatorUnderTest.all() {
            let batch = indicator.batch(candles)
            #expect(batch.count == candles.count)
            #expect(indicator.stream(candles) == batch, "\(indicator.testDescription)")
        }
    }

    @Test(
        "A preview says what the closed candle will, and changes nothing",
        arguments: [TestSeries.mixed, .short, .flat]
    )
    func previews(series: TestSeries) throws {
        let candles = series.candles
        for indicator in try IndicatorUnderTest.all() {
            #expect(indicator.previews(candles) == indicator.batch(candles), "\(indicator.testDescription)")
        }
    }

    @Test("A prefix of the candles gives a prefix of the values", arguments: [1, 13, 14, 15, 27, 60, 333, 699])
    func prefixes(length: Int) throws {
        let candles = TestSeries.mixed.candles
        for indicator in try IndicatorUnderTest.all() {
            let whole = indicator.batch(candles)
            #expect(indicator.batch(candles[0..<length]) == Array(whole.prefix(length)), "\(indicator.testDescription)")
        }
    }

    @Test("A batch goes on from where a stream stands", arguments: [1, 2, 13, 19, 60, 300])
    func continued(count: Int) throws {
        let candles = TestSeries.mixed.candles
        for indicator in try IndicatorUnderTest.all() {
            #expect(indicator.continued(candles, count) == indicator.stream(candles), "\(indicator.testDescription)")
        }
    }

    @Test("What is no number, or too great to be a price, has no value and leaves no trace")
    func unusable() throws {
        let candles = TestSeries.short.candles
        for indicator in try IndicatorUnderTest.all() {
            #expect(indicator.disturbed(candles) == indicator.batch(candles), "\(indicator.testDescription)")
        }
    }

    @Test("Values are finite whatever the prices", arguments: TestSeries.allCases)
    func finite(series: TestSeries) throws {
        for indicator in try IndicatorUnderTest.all() {
            let values = indicator.batch(series.candles)
            #expect(!values.contains { $0.contains("nan") || $0.contains("inf") }, "\(indicator.testDescription)")
        }
    }

    @Test("Prices times a power of two give the same oscillators, bit for bit", arguments: [-30, -1, 1, 7, 40])
    func scale(exponent: Int) throws {
        let oscillators: Set<String> = [
            "RelativeStrengthIndex", "ChartRelativeStrengthIndex", "StochasticOscillator", "FastStochasticOscillator",
            "StochasticRelativeStrengthIndex", "ChartStochasticRSI", "MoneyFlowIndex", "CommodityChannelIndex",
            "RateOfChange", "WilliamsR", "Aroon", "NormalizedAverageTrueRange", "DirectionalMovement",
            "OnBalanceVolume", "ChaikinMoneyFlow",
        ]
        let candles = TestSeries.mixed.candles
        let scaled = candles.scaled(by: Double(sign: .plus, exponent: exponent, significand: 1))
        let tested = try IndicatorUnderTest.all().filter { oscillators.contains($0.testDescription) }
        #expect(Set(tested.map(\.testDescription)) == oscillators)
        for indicator in tested {
            #expect(indicator.batch(scaled) == indicator.batch(candles), "\(indicator.testDescription)")
        }
    }

    @Test("Periods and factors outside their range are refused")
    func refusals() {
        #expect(throws: IndicatorError.periodOutOfRange(0)) { try SimpleMovingAverage(period: 0) }
        #expect(throws: IndicatorError.periodOutOfRange(100_001)) { try RelativeStrengthIndex(period: 100_001) }
        #expect(throws: IndicatorError.periodOutOfRange(1)) { try HullMovingAverage(period: 1) }
        #expect(throws: IndicatorError.periodOutOfRange(1)) { try LinearRegressionSlope(period: 1) }
        #expect(throws: IndicatorError.factorOutOfRange(-2)) { try BollingerBands(period: 20, width: -2) }
        #expect(throws: IndicatorError.factorOutOfRange(.infinity)) { try Supertrend(period: 10, factor: .infinity) }
        #expect(throws: IndicatorError.periodsOutOfOrder(fast: 26, slow: 12)) {
            try MovingAverageConvergenceDivergence(fast: 26, slow: 12, signal: 9)
        }
    }
}
