import Indicators
import Markets
import Testing

@Suite("Indicators computed by hand")
struct HandComputedTests {
    @Test("Averages of a short series")
    func averages() throws {
        let closes: [Double] = [1, 2, 4, 8, 16]
        #expect(Array(try SimpleMovingAverage(period: 2).values(over: closes)) == [nil, 1.5, 3, 6, 12])
        // (1 + 2 + 4) / 3, then half way to 8, and from there to 16.
        let exponential = Array(try ExponentialMovingAverage(period: 3).values(over: closes))
        #expect(exponential.prefix(2) == [nil, nil])
        for (got, want) in zip(exponential.compactMap { $0 }, [7.0 / 3, 31.0 / 6, 127.0 / 12]) {
            #expect((got - want).magnitude < 1e-14)
        }
        // (1 · 1 + 2 · 2) / 3, …
        let weighted = Array(try WeightedMovingAverage(period: 2).values(over: closes)).compactMap { $0 }
        for (got, want) in zip(weighted, [5.0 / 3, 10.0 / 3, 20.0 / 3, 40.0 / 3]) {
            #expect((got - want).magnitude < 1e-14)
        }
    }

    @Test(
        "A one-way market sits at an extreme",
        arguments: [([1, 2, 3, 4], 100.0), ([4, 3, 2, 1], 0.0), ([2, 2, 2, 2], 0.0), ([2, 3, 2, 3], 200.0 / 3)]
    )
    func relativeStrength(closes: [Double], expected: Double) throws {
        let values = Array(try RelativeStrengthIndex(period: 3).values(over: closes))
        #expect(values.dropLast() == [nil, nil, nil])
        #expect((((values.last ?? nil) ?? .nan) - expected).magnitude < 1e-12)
    }

    @Test("A flat market is at 50 on a chart")
    func flatOnAChart() throws {
        #expect(try ChartRelativeStrengthIndex(period: 2).values(over: [5, 5, 5])[2] == 50)
    }

    @Test("The gap before a candle belongs to its true range")
    func trueRange() {
        let candles = CandleColumns([
            TestSeries.candle(0, 10, 11, 9, 10, 1), TestSeries.candle(1, 15, 16, 14, 15, 1),
            TestSeries.candle(2, 10, 11, 9, 10, 1), TestSeries.candle(3, 10, 12, 9, 10, 1),
        ])
        #expect(Array(TrueRange().values(over: candles)) == [nil, 6, 6, 3])
    }

    @Test("The close's place in the range")
    func stochastic() throws {
        let candles = CandleColumns([
            TestSeries.candle(0, 10, 20, 10, 15, 1), TestSeries.candle(1, 10, 18, 12, 17.5, 1),
            TestSeries.candle(2, 10, 18, 12, 12, 1),
        ])
        let values = Array(try FastStochasticOscillator(period: 2, signal: 2).values(over: candles))
        #expect(values == [nil, nil, Oscillation(k: 0, d: 37.5)])
        #expect(Array(try WilliamsR(period: 2).values(over: candles)) == [nil, -25, -100])
    }

    @Test("A session's price starts anew at its boundary, an anchored one at its candle")
    func averagePrice() {
        let hour: Int64 = 3_600_000
        let candles = CandleColumns(
            [(22, 10.0, 1.0), (23, 20, 3), (24, 40, 0), (25, 50, 2)].map { time, price, volume in
                CandleValues(
                    openTime: MarketTime(milliseconds: time * hour),
                    open: price,
                    high: price,
                    low: price,
                    close: price,
                    volume: volume
                )
            }
        )
        let daily = VolumeWeightedAveragePrice(anchor: .session(.oneDay)).values(over: candles)
        #expect(Array(daily) == [10, 17.5, 0, 50])
        let anchor = VolumeWeightedAveragePrice.Anchor.time(MarketTime(milliseconds: 23 * hour))
        #expect(Array(VolumeWeightedAveragePrice(anchor: anchor).values(over: candles)) == [nil, 20, 20, 32])
    }

    @Test("Volume counts with the direction of the close")
    func balance() {
        let candles = CandleColumns(
            [(10.0, 5.0), (11, 7), (11, 100), (9, 4)].enumerated().map { index, row in
                TestSeries.candle(index, row.0, row.0, row.0, row.0, row.1)
            }
        )
        #expect(Array(OnBalanceVolume().values(over: candles)) == [5, 12, 12, 8])
    }

    @Test("Candles since the extremes, the newest of equals counting")
    func aroon() throws {
        let prices: [Double] = [5, 9, 9, 7, 6, 5]
        let candles = CandleColumns(prices.enumerated().map { TestSeries.candle($0, $1, $1, $1, $1, 1) })
        let values = Array(try Aroon(period: 4).values(over: candles))
        #expect(values[3] == nil)
        #expect(values[4] == Aroon.Value(up: 50, down: 0))
        #expect(values[5] == Aroon.Value(up: 25, down: 100))
    }
}
