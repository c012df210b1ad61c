import Foundation
import Liquidations
import TestKit
import Testing

@Suite("The map of liquidations")
struct LiquidationMapTests {
    private static func assumptions(_ counting: MapAssumptions.Counting = .eachPosition) throws -> MapAssumptions {
        try #require(
            MapAssumptions(
                leverages: [5, 10, 20, 25, 50, 100],
                shares: [0.15, 0.3, 0.25, 0.1, 0.12, 0.08],
                maintenanceRate: 0.005,
                counting: counting
            )
        )
    }

    private static func step(_ price: Double, to next: Double, opened: Double, ended: Double, _ interest: inout Double)
        -> MarketStep
    {
        interest += opened - ended
        return MarketStep(
            low: min(price, next),
            high: max(price, next),
            close: next,
            volume: opened + ended,
            takerBuyVolume: (opened + ended) / 2,
            openInterest: interest
        )
    }

    @Test("A long of ten times, opened at 1,000, ends at 905, and a short at 1,095")
    func placed() throws {
        let assumptions = try #require(
            MapAssumptions(leverages: [10], shares: [1], maintenanceRate: 0.005, counting: .eachPosition)
        )
        var map = LiquidationMap(assumptions)
        map.take(MarketStep(low: 1_000, high: 1_000, close: 1_000, volume: 8, takerBuyVolume: 6, openInterest: 8))
        let levels = map.levels()
        #expect(levels.allSatisfy { ($0.price - ($0.long == 0 ? 1_095 : 905)).magnitude < 0.2 })
        #expect((levels.reduce(0) { $0 + $1.long } - 6).magnitude < 1e-9)
        #expect((levels.reduce(0) { $0 + $1.short } - 2).magnitude < 1e-9)
        // Down to 905.5 nothing happens; at 904 the longs are gone, and what is left are the shorts.
        map.take(MarketStep(low: 905.5, high: 1_000, close: 950, volume: 0, takerBuyVolume: 0, openInterest: 8))
        #expect(map.levels().contains { $0.long > 0 })
        map.take(MarketStep(low: 904, high: 950, close: 940, volume: 6, takerBuyVolume: 0, openInterest: 2))
        #expect(map.levels().allSatisfy { $0.long == 0 })
        #expect((map.levels().reduce(0) { $0 + $1.short } - 2).magnitude < 1e-9)
    }

    @Test("Whatever flows, the sides hold the open interest, nothing is negative, and no crossed level holds anything")
    func properties() throws {
        for counting in [MapAssumptions.Counting.eachPosition, .bothSides] {
            for seed in 1...4 as ClosedRange<UInt64> {
                var generator = SeededGenerator(seed: seed)
                var map = LiquidationMap(try Self.assumptions(counting), resolution: 5e-4)
                var price = Double.random(in: 1e-6...1e5, using: &generator)
                var interest = 0.0
                for count in 0..<1_500 {
                    // Now and then a jump, so that the grid is laid anew.
                    let jump = Int.random(in: 0..<300, using: &generator) == 0 ? 0.3 : 0.006
                    let next = price * Double.random(in: (1 - jump)...(1 + jump), using: &generator)
                    let opened = Double.random(in: 0...100, using: &generator)
                    let ended = min(Double.random(in: 0...110, using: &generator), interest * 0.9)
                    let step = Self.step(price, to: next, opened: opened, ended: ended, &interest)
                    map.take(step)
                    price = next
                    guard count % 50 == 49 else { continue }
                    let levels = map.levels()
                    let (long, short) = levels.reduce((0, 0)) { ($0.0 + $1.long, $0.1 + $1.short) }
                    switch counting {
                    case .eachPosition: #expect(((long + short) / interest - 1).magnitude < 1e-6)
                    case .bothSides:
                        #expect((long / interest - 1).magnitude < 0.01 && (short / interest - 1).magnitude < 0.01)
                    }
                    let wrong = levels.filter { level in
                        level.long < 0 || level.short < 0 || level.long > 0 && level.price >= step.low
                            || level.short > 0 && level.price <= step.high
                            || (level.byLeverage.reduce(0, +) - level.long - level.short).magnitude > 1e-9 * interest
                    }
                    #expect(wrong.isEmpty)
                    #expect((map.shares.reduce(0, +) - 1).magnitude < 1e-9 && map.shares.allSatisfy { $0 > 0 })
                }
            }
        }
    }

    @Test("Steps that cannot be change nothing")
    func refused() throws {
        var map = LiquidationMap(try Self.assumptions())
        map.take(MarketStep(low: 99, high: 101, close: 100, volume: 5, takerBuyVolume: 3, openInterest: 5))
        let before = map.levels()
        for wrong in [0, -1, Double.nan, .infinity] {
            map.take(MarketStep(low: wrong, high: 101, close: 100, volume: 5, takerBuyVolume: 3, openInterest: 5))
            if wrong != 0 {
                map.take(MarketStep(low: 99, high: 101, close: 100, volume: wrong, takerBuyVolume: 3, openInterest: 5))
                map.take(MarketStep(low: 99, high: 101, close: 100, volume: 5, takerBuyVolume: 3, openInterest: wrong))
            }
        }
        #expect(map.levels() == before)
    }
}

@Suite("The map on a market whose map is known", .enabled(if: SharedData.isPresent, "no made-up market"))
struct KnownMarketTests {
    private struct Input: Decodable {
        var rows: [[Double]]
        var assumedLeverage: [String: Double]
        var maintenanceRate: Double
    }

    private struct Truth: Decodable {
        var timeMs: Double
        var price: Double
        var levels: [[Double]]
    }

    @Test("World 42: a rank correlation above 0.82, and 38 % in the heaviest fifth")
    func world() throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let input = try decoder.decode(Input.self, from: SharedData.unpacked("liquidation/world-42.input.json.gz"))
        let truth = try decoder.decode([Truth].self, from: SharedData.unpacked("liquidation/world-42.truth.json.gz"))
        let leverages = input.assumedLeverage.compactMap { name, share in Double(name).map { ($0, share) } }
            .sorted { $0.0 < $1.0 }
        let assumptions = try #require(
            MapAssumptions(
                leverages: leverages.map(\.0),
                shares: leverages.map(\.1),
                maintenanceRate: input.maintenanceRate,
                counting: .eachPosition
            )
        )
        var map = LiquidationMap(assumptions)
        var scores: [(correlation: Double, heaviest: Double)] = []
        for row in input.rows {
            map.take(
                MarketStep(
                    low: row[3],
                    high: row[2],
                    close: row[4],
                    volume: row[5],
                    takerBuyVolume: row[6],
                    openInterest: row[7]
                )
            )
            guard let known = truth.first(where: { $0.timeMs == row[0] }) else { continue }
            let levels = map.levels().map { [$0.price, $0.long + $0.short] }
            #expect((levels.reduce(0) { $0 + $1[1] } / row[7] - 1).magnitude < 0.01)
            scores.append(Self.score(levels, known.levels, around: known.price))
        }
        let count = Double(scores.count)
        let correlation = scores.reduce(0) { $0 + $1.correlation } / count
        let heaviest = scores.reduce(0) { $0 + $1.heaviest } / count
        #expect(scores.count == 12)
        #expect(correlation > 0.82 && heaviest > 0.38, "\(correlation), \(heaviest)")
    }

    /// Spearman's correlation over 96 bins of 0.25 % around the price, and the true share of the heaviest fifth.
    private static func score(
        _ levels: [[Double]],
        _ truth: [[Double]],
        around price: Double
    ) -> (correlation: Double, heaviest: Double) {
        func bins(_ levels: [[Double]]) -> [Double] {
            var bins = Array(repeating: 0.0, count: 96)
            for level in levels {
                let place = ((level[0] / price - 1) / 0.0025 + 48).rounded(.down)
                if place >= 0, place < 96 { bins[Int(place)] += level[1] }
            }
            return bins
        }
        func ranks(_ values: [Double]) -> [Double] {
            values.map { one in
                Double(values.count { $0 < one }) + Double(values.count { $0 == one } - 1) / 2
            }
        }
        let (ours, theirs) = (bins(levels), bins(truth))
        let (left, right) = (ranks(ours), ranks(theirs))
        let middle = 47.5
        let shared = zip(left, right).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - middle) }
        let leftSpread = left.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
        let rightSpread = right.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
        let heaviest = ours.indices.sorted { ours[$0] > ours[$1] }.prefix(19)
        let held = heaviest.reduce(0) { $0 + theirs[$1] } / theirs.reduce(0, +)
        return (shared / (leftSpread * rightSpread).squareRoot(), held)
    }
}
