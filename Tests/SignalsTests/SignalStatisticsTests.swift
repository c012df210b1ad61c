import Accounts
import Markets
import Signals
import Testing

@Suite("Statistics of signals")
struct SignalStatisticsTests {
    private func result(_ outcome: SignalOutcome, _ percent: Double, _ confidence: Int? = nil) throws -> SignalResult {
        SignalResult(
            symbol: try #require(Symbol("BTCUSDT")),
            direction: .buy,
            strategy: Signal.Strategy(name: "s", version: 1, isPaper: false),
            minTier: .free,
            confidence: confidence,
            outcome: outcome,
            resultPercent: percent,
            riskPercent: 2
        )
    }

    @Test("The figures are those worked out by hand")
    func figures() throws {
        let statistics = SignalStatistics([
            try result(.tp1, 1, 60), try result(.stopLoss, -2, 60), try result(.tp3, 4, 40),
            try result(.dataGap, -2, 45), try result(.expired, 0.5),
        ])
        #expect(statistics.count == 5)
        #expect(statistics.wins == 2)
        #expect(statistics.losses == 3)
        #expect(statistics.winRate == 0.4)
        #expect(statistics.averagePercent == 0.3)
        #expect(statistics.expectancyR == 0.15)
        #expect(statistics.profitFactor == 1.375)
        #expect(statistics.maxDrawdown == 2)
        // (0.4² + 0.6² + 0.6² + 0.45²) / 4
        #expect(((statistics.brierScore ?? 0) - 0.270625).magnitude < 1e-15)
        #expect(
            statistics.calibration == [
                .init(from: 40, to: 50, count: 2, predicted: (0.45 + 0.4) / 2, observed: 0.5),
                .init(from: 60, to: 70, count: 2, predicted: 0.6, observed: 0.5),
            ]
        )
    }

    /// Newcombe, *Two-sided confidence intervals for the single proportion*, 1998, table I, method 3.
    @Test(
        "Wilson's interval is the published one",
        arguments: [
            (wins: 81, of: 263, low: 0.2553, high: 0.3662), (wins: 15, of: 148, low: 0.0624, high: 0.1605),
            (wins: 0, of: 20, low: 0, high: 0.1611), (wins: 1, of: 29, low: 0.0061, high: 0.1718),
        ]
    )
    func interval(wins: Int, of count: Int, low: Double, high: Double) throws {
        let results = try (0..<count).map { try result($0 < wins ? .tp1 : .stopLoss, 0) }
        let interval = try #require(SignalStatistics(results).winRateInterval)
        #expect((interval.lowerBound - low).magnitude < 0.00006)
        #expect((interval.upperBound - high).magnitude < 0.00006)
    }

    @Test("Without signals there are no rates")
    func none() {
        let statistics = SignalStatistics([])
        #expect(statistics.count == 0)
        #expect(statistics.winRate == nil)
        #expect(statistics.winRateInterval == nil)
        #expect(statistics.profitFactor == nil)
        #expect(statistics.brierScore == nil)
        #expect(statistics.calibration.isEmpty)
    }

    @Test("Neither a doubtful end nor a hole counts as won", arguments: SignalOutcome.allCases)
    func wins(outcome: SignalOutcome) throws {
        let isTarget = [SignalOutcome.tp1, .tp2, .tp3].contains(outcome)
        #expect(SignalStatistics([try result(outcome, 3)]).wins == (isTarget ? 1 : 0))
    }
}
