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
