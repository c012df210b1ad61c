import Foundation
package import Markets

/// A file to play, with what its name tells.
package struct RecordingFile: Hashable, Sendable {
    package var path: String
    /// Overrides the market in the file's name.
    package var symbol: Symbol?
    /// Overrides the interval in the file's name.
    package var interval: CandleInterval?

    package init(path: String, symbol: Symbol? = nil, interval: CandleInterval? = nil) {
        self.path = path
        self.symbol = symbol
        self.interval = interval
    }

    /// `path`, `SYMBOL=path` or `SYMBOL:1m=path`.
    package init(argument: String) {
        self.init(path: argument)
        guard !FileManager.default.fileExists(atPath: argument), let equals = argument.firstIndex(of: "=") else {
            return
        }
        let parts = argument[..<equals].split(separator: ":", maxSplits: 1)
        guard let name = parts.first, let symbol = Symbol(String(name)) else { return }
        let interval = parts.count > 1 ? CandleInterval(rawValue: String(parts[1])) : nil
        guard parts.count == 1 || interval != nil else { return }
        self.init(
            path: String(argument[argument.index(after: equals)...]),
            symbol: symbol,
            interval: interval
        )
    }

    /// `BTCUSDT` of `BTCUSDT-1m-2025-01.csv.gz` or `spot-session-BTCUSDT-2024.jsonl.gz`.
    var namedSymbol: Symbol? {
        if let symbol { return symbol }
        return nameParts.lazy.compactMap { part in
            QuoteAssets.split(part).flatMap { _ in Symbol(part) }
        }.first
    }

    var namedInterval: CandleInterval? {
        interval ?? nameParts.lazy.compactMap(CandleInterval.init(rawValue:)).first
    }

    /// The last part of the path up to its first point.
    var name: String {
        String((path.split(separator: "/").last ?? "").split(separator: ".").first ?? "")
    }

    private var nameParts: [String] { name.split(separator: "-").map(String.init) }
}

/// The assets that markets are quoted in, to cut a name into its two halves.
enum QuoteAssets {
    private static let names = ["USDT", "USDC", "FDUSD", "TUSD", "BUSD", "BTC", "ETH", "BNB", "EUR", "TRY"]

    /// Base and quote of `BTCUSDT`; nil for text that does not end in a quote asset.
    static func split(_ symbol: String) -> (base: String, quote: String)? {
        guard symbol == symbol.uppercased() else { return nil }
        guard let quote = names.first(where: { symbol.hasSuffix($0) }) else { return nil }
        let base = String(symbol.dropLast(quote.count))
        return base.isEmpty ? nil : (base, quote)
    }
}
