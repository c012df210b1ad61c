import Backtesting
import Foundation
import Indicators
import Markets
import Signals

/// A folder with one file of candles for each symbol, `<SYMBOL>-….csv` or `.csv.gz`.
struct CandleFolder {
    private let path: String

    init(_ path: String) { self.path = path }

    /// The candles of each symbol, in the symbols' order.
    ///
    /// Blocking: for a thread that may wait.
    ///
    /// - Throws: `CandleFileError` for a folder that cannot be read, and where a symbol's file is missing or at fault.
    func columns(of symbols: [String]) throws -> [CandleColumns] {
        guard let files = try? FileManager.default.contentsOfDirectory(atPath: path).sorted() else {
            throw CandleFileError.unreadable(file: path)
        }
        return try symbols.map { symbol in
            guard let file = files.first(where: { $0.hasPrefix(symbol + "-") && $0.contains(".csv") }) else {
                throw CandleFileError.unreadable(file: "\(path)/\(symbol)-….csv.gz")
            }
            return try CandleFile.read("\(path)/\(file)")
        }
    }

    /// The candles of all symbols by their time; a symbol that has none at some time has a hole there.
    ///
    /// Blocking, and throws, as ``columns(of:)`` does.
    func slices(of universe: [String]) throws -> [MarketSlice] {
        var candles: [MarketTime: [CandleValues?]] = [:]
        for (place, columns) in try columns(of: universe).enumerated() {
            for index in 0..<columns.count {
                let candle = columns[index]
                candles[candle.openTime, default: Array(repeating: nil, count: universe.count)][place] = candle
            }
        }
        return candles.sorted { $0.key < $1.key }.map { MarketSlice(openTime: $0.key, candles: $0.value) }
    }
}
