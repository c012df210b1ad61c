import ArgumentParser
import Foundation
import Markets
import PumpDetection

/// Trades through the pump detector with many markets alive.
struct PumpsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pumps",
        abstract: "Trades per CPU second through the pump detector, and the time of one score."
    )

    @Option(help: "Markets that trade in turn.")
    var symbols = 2_000

    @Option(help: "Trades that are measured, after an hour and a half of history for each market.")
    var trades = 4_000_000

    @Flag(help: "Only make the markets and take the trades: for who counts allocations.")
    var quietly = false

    func validate() throws {
        guard (1...4_000).contains(symbols), trades >= 0 else {
            throw ValidationError("--symbols takes 1 to 4000, --trades 0 or more.")
        }
    }

    func run() async throws {
        let model = try PumpModel(.shipped)
        var detector = PumpDetector(model: model)
        var tape = try MadeUpTrades(symbols: symbols)
        // Ten seconds apart each, so that the history fills and nothing is busy.
        for _ in 0..<540 { for event in tape.next(symbols, over: 10_000) { _ = detector.ingest(event) } }
        var found = 0
        var seconds = 0.0
        var left = trades
        while left > 0 {
            let batch = tape.next(min(left, 100_000), over: 1_000)
            let start = ProcessorTime.ofThread
            for event in batch { found += detector.ingest(event).count }
            seconds += ProcessorTime.ofThread - start
            left -= batch.count
        }
        precondition(detector.tally.trades == UInt64(trades + 540 * symbols), "every trade was new")
        guard !quietly, trades > 0 else { return }
        Report.write("pumps: trades through the detector", Double(trades) / seconds, "per CPU second")
        Report.write("pumps: a trade", seconds / Double(trades) * 1e9, "ns")
        Report.write("pumps: alerts meanwhile", Double(found), "")
        Report.write("pumps: a market", Double(PumpDetector.bytesPerMarket), "bytes")
        score(model)
    }

    /// Least of seven: the features of a market in a rush, and what the model makes of them.
    private func score(_ model: PumpModel) {
        var activity = MarketActivity()
        for index in 0..<6_000 {
            let isRush = index >= 5_600
            activity.ingest(
                PumpTrade(
                    milliseconds: 1_700_000_000_000
                        + Int64(isRush ? 5_600 * 1_000 + (index - 5_600) * 100 : index * 1_000),
                    price: 100 + Double(index % 7) + (isRush ? Double(index - 5_600) * 0.02 : 0),
                    quote: 50 + Double(index % 11),
                    isBuy: index % 3 != 0
                )
            )
        }
        var features = PumpFeatures()
        let rounds = 100_000
        var sum: Float = 0
        func least(_ work: () -> Void) -> Double {
            (0..<7).map { _ in
                let start = ProcessorTime.ofThread
                for _ in 0..<rounds { work() }
                return (ProcessorTime.ofThread - start) / Double(rounds) * 1e9
            }.min() ?? 0
        }
        Report.write(
            "pumps: the gate before a score",
            least { sum += activity.isBusy && activity.isRising ? 1 : 0 },
            "ns"
        )
        Report.write("pumps: the features of a score", least { features.take(activity) }, "ns")
        Report.write("pumps: the model of a score", least { sum += model.margin(features, at: .trade) }, "ns")
        precondition(!sum.isNaN, "the work is done, not left out as unused")
    }
}

/// Markets that trade one after another, each within a hundredth around its price.
private struct MadeUpTrades {
    private let symbols: [Symbol]
    private let prices: [Price]
    private let quantities: [Quantity]
    private var time: Int64 = 1_700_000_000_000_000
    private var number: Int64 = 0

    init(symbols count: Int) throws {
        symbols = try (0..<count).map { number in
            guard let symbol = Symbol("C\(number)USDT") else { throw ValidationError("no symbol") }
            return symbol
        }
        prices = (0..<100).compactMap { FixedPoint(rounding: 100 + Double($0) / 100, places: 2).map(Price.init) }
        quantities = (0..<97).compactMap { FixedPoint(rounding: 0.1 + Double($0) / 10, places: 1).map(Quantity.init) }
    }

    /// So many trades, spread over the milliseconds.
    mutating func next(_ count: Int, over milliseconds: Int64) -> [MarketEvent] {
        let step = milliseconds * 1_000 / Int64(max(1, count))
        return (0..<count).map { _ in
            number += 1
            time += step
            let instant = MarketTime(milliseconds: time / 1_000)
            let trade = Trade(
                symbol: symbols[Int(number) % symbols.count],
                id: number,
                price: prices[Int(number * 7_919 % 100)],
                quantity: quantities[Int(number % 97)],
                takerSide: number % 5 < 2 ? .buy : .sell
            )
            return MarketEvent(
                venue: .binance,
                exchangeTime: instant,
                receivedTime: instant,
                payload: .trade(trade)
            )
        }
    }
}
