import CZlib
import Foundation
import Indicators
import Markets

/// A table of candles and of what a reference library computed from them; an empty cell is no value.
struct OracleFile {
    let candles: CandleColumns
    let names: [String]
    let columns: [String: [Double?]]

    struct Malformed: Error {}

    init(gzipped data: Data) throws {
        let rows = try Self.unpacked(data).split(separator: "\n").map {
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

    private static func unpacked(_ data: Data) throws -> String {
        var stream = z_stream()
        // 15 bits of window, and 16 for the gzip header.
        guard inflateInit2_(&stream, 31, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw Malformed()
        }
        defer { inflateEnd(&stream) }
        var input = [UInt8](data)
        var output = [UInt8](repeating: 0, count: 1 << 16)
        var text: [UInt8] = []
        try input.withUnsafeMutableBufferPointer { bytes in
            stream.next_in = bytes.baseAddress
            stream.avail_in = UInt32(bytes.count)
            var code = Z_OK
            while code != Z_STREAM_END {
                try output.withUnsafeMutableBufferPointer { room in
                    stream.next_out = room.baseAddress
                    stream.avail_out = UInt32(room.count)
                    code = inflate(&stream, Z_NO_FLUSH)
                    guard code == Z_OK || code == Z_STREAM_END else { throw Malformed() }
                    text.append(contentsOf: room.prefix(room.count - Int(stream.avail_out)))
                }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
