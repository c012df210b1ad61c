import Backtesting
import Foundation
import Indicators
import TestKit
import Testing

/// backtesting.py and vectorbt make these trades of that year; `Benchmarks/run backtest` runs them again.
@Suite("Beside other backtesters")
struct PeerAgreementTests {
    private struct Known: Sendable {
        var name: String
        var trades: Int
        /// Sums of the indexes of the trades' candles.
        var entries: Int
        var exits: Int
    }

    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Benchmarks/peers/backtest.py").standardized.path

    private static func python(_ arguments: [String]) async throws -> Command {
        try await Command("/usr/bin/env", ["python3"] + arguments)
    }

    @Test(
        "The year that others were measured with has their trades",
        .enabled("Python has no numpy and pandas, which make the year") {
            try await Self.python(["-c", "import numpy, pandas"]).status == 0
        },
        arguments: [
            Known(name: "1h", trades: 96, entries: 402_615, exits: 404_052),
            Known(name: "5m", trades: 1_091, entries: 58_680_666, exits: 58_726_287),
        ]
    )
    private func year(known: Known) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let made = try await Self.python([Self.script, "make", folder.path])
        #expect(made.status == 0, "\(made.errors)")
        let candles = try CandleFile.read(folder.appendingPathComponent("year-\(known.name).csv").path)
        // As the others have it: the averages begin with the first close.
        let strategy = try RuleStrategy.averageCross(fast: 20, slow: 50, stop: 0.02, target: 0.03, start: .firstClose)
        let trades = Backtest().trades(strategy, over: candles)
        #expect(trades.count == known.trades)
        #expect(trades.reduce(0) { $0 + $1.entryCandle } == known.entries)
        #expect(trades.reduce(0) { $0 + $1.exitCandle } == known.exits)
    }
}
