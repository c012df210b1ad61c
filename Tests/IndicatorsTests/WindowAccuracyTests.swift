import Foundation
import Indicators
import TestKit
import Testing

@Suite("Windows over long and rough series")
struct WindowAccuracyTests {
    /// A long walk with a price a million times the others now and then, which a running sum would never forget.
    private static let closes: [Double] = {
        var closes = TestSeries.walk(count: 20_000, from: 100, seed: 3).closes
        for index in stride(from: 997, to: closes.count, by: 1_999) { closes[index] *= 1e6 }
        return closes
    }()

    /// Each window computed by itself, in the obvious way.
    private func each(_ period: Int, _ compute: (ArraySlice<Double>) -> Double) -> [Double] {
        (period...Self.closes.count).map { compute(Self.closes[($0 - period)..<$0]) }
    }

    private func mean(_ window: ArraySlice<Double>) -> Double { window.reduce(0, +) / Double(window.count) }

    private func differs(_ got: [Double?], _ want: [Double], by relative: Double) -> Int? {
        got.drop { $0 == nil }.map { $0 ?? .nan }.enumerated().first { index, value in
            !((value - want[index]).magnitude <= relative * want[index].magnitude)
        }?.offset
    }

    @Test("A mean is the mean of its window alone", arguments: [1, 2, 3, 7, 20, 64, 333])
    func means(period: Int) throws {
        let got = Array(try SimpleMovingAverage(period: period).values(over: Self.closes))
        #expect(got.prefix { $0 == nil }.count == period - 1)
        #expect(differs(got, each(period, mean), by: 1e-13) == nil)
    }

    @Test("A deviation is that of its window alone", arguments: [2, 3, 7, 20, 64])
    func deviations(period: Int) throws {
        let want = each(period) { window in
            let mean = mean(window)
            return (window.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(period)).squareRoot()
        }
        let got = Array(try StandardDeviation(period: period).values(over: Self.closes))
        #expect(differs(got, want, by: 1e-11) == nil)
    }

    @Test("A weighted mean is that of its window alone", arguments: [1, 2, 3, 7, 20, 64])
    func weightedMeans(period: Int) throws {
        let want = each(period) { window in
            let weighted = zip(1..., window).map { Double($0) * $1 }.reduce(0, +)
            return weighted / (Double(period * (period + 1)) / 2)
        }
        let got = Array(try WeightedMovingAverage(period: period).values(over: Self.closes))
        #expect(differs(got, want, by: 1e-12) == nil)
    }

    @Test("Extremes are those of the window alone", arguments: [1, 2, 3, 14, 65])
    func extremes(period: Int) throws {
        let candles = TestSeries.walk(count: 3_000, from: 100, seed: 9)
        let got = Array(try DonchianChannel(period: period).values(over: candles))
        for end in period...candles.count {
            let window = (end - period)..<end
            #expect(got[end - 1]?.upper == candles.highs[window].max())
            #expect(got[end - 1]?.lower == candles.lows[window].min())
        }
    }

    @Test("A window without volume says so, whatever was traded before it")
    func noResidue() throws {
        let volumes = [1e15] + Array(repeating: 0.1, count: 30) + Array(repeating: 0, count: 30) + [2]
        let candles = CandleColumns(volumes.enumerated().map { TestSeries.candle($0, 10, 12, 9, 11, $1) })
        let average = try VolumeWeightedMovingAverage(period: 20).values(over: candles)
        let flow = try ChaikinMoneyFlow(period: 20).values(over: candles)
        #expect(average[40] == 11)
        #expect(average[51] == nil)
        #expect(average[61] == 11)
        #expect(flow[51] == 0)
    }

    @Test("A flat market stands exactly at its price")
    func flat() throws {
        let closes = [5.0, 123.4] + Array(repeating: 0.1, count: 200)
        #expect(try SimpleMovingAverage(period: 20).values(over: closes)[60] == 0.1)
        #expect(try WeightedMovingAverage(period: 20).values(over: closes)[60] == 0.1)
        let bands = try BollingerBands(period: 20, width: 2).values(over: closes)[60]
        #expect(bands == Band(upper: 0.1, middle: 0.1, lower: 0.1))
    }

    @Test("Sums over a million candles do not drift")
    func noDrift() {
        var volume = OnBalanceVolume()
        var price = VolumeWeightedAveragePrice(anchor: .first)
        // Up and down by turns: the volumes 0.1 and 0.3 cancel to −0.2 for each pair.
        for index in 0..<1_000_000 {
            let isUp = index % 2 == 1
            let close = isUp ? 11.0 : 10.0
            let candle = TestSeries.candle(index, 10, 11, 10, close, isUp ? 0.1 : 0.3)
            let sum = volume.ingest(candle)
            let mean = price.ingest(candle)
            guard index == 999_999 else { continue }
            // 0.3 at first, then 500,000 times up 0.1 and 499,999 times down 0.3.
            #expect(((sum ?? 0) - -99_999.4).magnitude < 1e-9)
            #expect(((mean ?? 0) - (31 * 0.3 + 32 * 0.1) / 3 / 0.4).magnitude < 1e-13)
        }
    }
}
