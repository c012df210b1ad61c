import Foundation
import Indicators
import Markets

/// A table of candles and of what a reference library computed from them; an empty cell is no value.
struct OracleFile {
    let candles: CandleColumns
    let names: [String]
    let columns: [String: [Double?]]

    struct Malformed: Error {}

    init(_ text: Data) throws {
        let rows = String(decoding: text, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        guard let head = rows.first, head.count > 6 else { throw Malformed() }
        var candles = CandleColumns()
        var columns: [String: [Double?]] = [:]
        for row in rows.dropFirst() {
            guard row.count == head.count, let time = Int64(row[0]) else { throw Malformed() }
            let figures = row[1...5].compactMap(Double.init)
            guard figures.count == 5 else { throw Malformed() }
            candles.append(
                CandleValues(
                    openTime: MarketTime(milliseconds: time),
                    open: figures[0],
                    high: figures[1],
                    low: figures[2],
                    close: figures[3],
                    volume: figures[4]
                )
            )
            for (name, cell) in zip(head, row).dropFirst(6) {
                guard cell.isEmpty || Double(cell) != nil else { throw Malformed() }
                columns[name, default: []].append(Double(cell))
            }
        }
        self.candles = candles
        self.columns = columns
        names = Array(head.dropFirst(6))
    }
}
