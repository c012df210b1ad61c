import CZlib
package import Indicators
import Markets

/// Candles of a CSV file, plain or gzipped: `open_time_ms,open,high,low,close,volume`, further columns being left out.
///
/// That is also the order of Binance's own export (data.binance.vision), with a heading or, in older files, without;
/// since 2025 its spot files give microseconds, which are told by their size. Oldest first, times strictly rising.
package enum CandleFile {
    /// The longest file that is read: ten years of 1-minute candles are some 5 million lines of 130 bytes.
    static let longestBytes = 2 << 30

    /// Reads the whole file.
    ///
    /// Blocking: for a thread that may wait.
    ///
    /// - Throws: ``CandleFileError``, naming the line where one is at fault.
    package static func read(_ file: String) throws(CandleFileError) -> CandleColumns {
        let bytes = try unpacked(file)
        var candles = CandleColumns()
        var line = 0
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            line += 1
            let row = CandleRow(bytes[start..<end])
            start = end == bytes.endIndex ? end : end + 1
            if row.isEmpty || (line == 1 && row.isHeading) { continue }
            do throws(CandleRow.Fault) {
                let candle = try row.candle()
                if let last = candles.openTimes.last, candle.openTime <= last { throw .init("times do not rise") }
                candles.append(candle)
            } catch {
                throw .lineInvalid(file: file, line: line, reason: error.reason)
            }
        }
        guard candles.count > 0 else { throw .noCandles(file: file) }
        return candles
    }

    /// A gzip file unpacked, any other as it is.
    private static func unpacked(_ file: String) throws(CandleFileError) -> [UInt8] {
        guard let input = gzopen(file, "rb") else { throw .unreadable(file: file) }
        defer { gzclose_r(input) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = gzread(input, &chunk, UInt32(chunk.count))
            if count < 0 { throw .damaged(file: file) }
            bytes += chunk.prefix(Int(count))
            guard bytes.count <= longestBytes else { throw .unreadable(file: file) }
            if count == 0 { break }
        }
        var code: Int32 = 0
        _ = gzerror(input, &code)
        // A cut-off stream ends with a buffer error instead of its end.
        guard code == Z_OK || code == Z_STREAM_END else { throw .damaged(file: file) }
        return bytes
    }
}
