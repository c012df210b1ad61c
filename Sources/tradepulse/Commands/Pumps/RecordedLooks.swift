import ArgumentParser
import Backtesting
import Foundation
import Markets
import PumpDetection

/// The looks that a watched market would get, over a file of its trades.
struct RecordedLooks {
    private let file: TradeFile
    private let symbol: String

    /// - Throws: `CandleFileError`.
    init(_ path: String) throws {
        file = try TradeFile(path)
        let name = URL(fileURLWithPath: path).lastPathComponent.prefix { $0 != "." && $0 != "-" }
        symbol = name.count > 3 && name.hasSuffix("BTC") ? String(name.dropLast(3)) : String(name)
    }

    /// Visits what is worth a score, in order.
    ///
    /// - Throws: `CandleFileError`.
    func visit(
        _ visitor: (_ symbol: String, _ look: MarketWatch.Look, _ milliseconds: Int64, _ activity: MarketActivity)
            throws -> Void
    ) throws {
        var watch = MarketWatch()
        func settle(before time: Int64) throws {
            guard let due = watch.due(before: time), watch.isWorthScoring else { return }
            try visitor(symbol, .chunk, due, watch.activity)
        }
        try file.visit { row in
            let time = row.time.milliseconds
            try settle(before: time)
            let trade = PumpTrade(
                milliseconds: time,
                price: row.price,
                quote: row.price * row.amount,
                isBuy: row.isBuy
            )
            guard watch.ingest(trade) == .bought, watch.isWorthScoring else { return }
            try visitor(symbol, .trade, time, watch.activity)
        }
        try settle(before: .max)
    }

    /// Gives every trade to a detector, as a feed would, and then two hours of silence.
    ///
    /// - Throws: `CandleFileError`.
    func replay(into detector: inout PumpDetector) throws {
        guard let market = Symbol(symbol) else { throw ValidationError("\(symbol) is no symbol.") }
        var number: Int64 = 0
        var last = MarketTime(milliseconds: 0)
        try file.visit { row in
            // Rows that say the same are trades of their own; only a feed's numbers tell what it says twice.
            number += 1
            guard let price = FixedPoint(rounding: row.price, places: 12),
                let amount = FixedPoint(rounding: row.amount, places: 8)
            else { return }
            let trade = Trade(
                symbol: market,
                id: number,
                price: Price(price),
                quantity: Quantity(amount),
                takerSide: row.isBuy ? .buy : .sell
            )
            let event = MarketEvent(
                venue: .binance,
                exchangeTime: row.time,
                receivedTime: row.time,
                payload: .trade(trade)
            )
            _ = detector.ingest(event)
            last = max(last, row.time)
        }
        _ = detector.advance(to: last.adding(milliseconds: 7_200_000))
    }
}
