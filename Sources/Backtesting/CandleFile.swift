package import Indicators
import Markets

/// Candles of a CSV file, plain or gzipped: `open_time_ms,open,high,low,close,volume`, further columns being left out.
///
/// That is also the order of Binance's own export (data.binance.vision), with a heading or, in older files, without;
/// since 2025 its spot files give microseconds, which are told by their size. Oldest first, times strictly rising.
package enum CandleFile {
    /// Reads the whole file, at most 2 GiB: ten years of 1-minute candles are some 5 million lines of 130 bytes.
    ///
    /// Blocking: for a thread that may wait.
    ///
    /// - Throws: ``CandleFileError``, naming the line where one is at fault.
    package static func read(_ file: String) throws(CandleFileError) -> CandleColumns {
        let bytes = try GzipFile.read(file)
        var candles = CandleColumns()
        var line = 0
        // A byte order mark, as spreadsheets write it.
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
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
}
