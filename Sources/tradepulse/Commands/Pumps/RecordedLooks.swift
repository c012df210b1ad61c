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
        try file.visit { row in
            try settle(&watch, before: row.time.milliseconds, visitor)
            watch.ingest(
                PumpTrade(
                    milliseconds: row.time.milliseconds,
                    price: row.price,
                    quote: row.price * row.amount,
                    isBuy: row.isBuy
                )
            )
        }
        try settle(&watch, before: .max, visitor)
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

    private func settle(
        _ watch: inout MarketWatch,
        before time: Int64,
        _ visitor: (String, MarketWatch.Look, Int64, MarketActivity) throws -> Void
    ) rethrows {
        while let due = watch.due(before: time) {
            guard watch.isWorthScoring else { continue }
            try visitor(symbol, due.look, due.at, watch.activity)
        }
    }
}
