import Backtesting
import Foundation
import Indicators
import Markets
import Signals

/// A folder with one file of candles for each symbol, `<SYMBOL>-….csv` or `.csv.gz`.
struct CandleFolder {
    private let path: String

    init(_ path: String) { self.path = path }

    /// The candles of all symbols by their time; a symbol that has none at some time has a hole there.
    ///
    /// Blocking: for a thread that may wait.
    func slices(of universe: [String]) throws -> [MarketSlice] {
        let files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        var candles: [MarketTime: [CandleValues?]] = [:]
        for (place, symbol) in universe.enumerated() {
            guard let file = files.first(where: { $0.hasPrefix(symbol + "-") && $0.contains(".csv") }) else {
                throw CandleFileError.unreadable(file: "\(path)/\(symbol)-….csv.gz")
            }
            let columns = try CandleFile.read("\(path)/\(file)")
            for index in 0..<columns.count {
                let candle = columns[index]
                candles[candle.openTime, default: Array(repeating: nil, count: universe.count)][place] = candle
            }
        }
        return candles.sorted { $0.key < $1.key }.map { MarketSlice(openTime: $0.key, candles: $0.value) }
    }
}
