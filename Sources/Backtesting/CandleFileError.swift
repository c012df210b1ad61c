/// Why a candle file cannot be used.
package enum CandleFileError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(file: String)
    /// The gzip stream is cut off or its checksum is wrong.
    case damaged(file: String)
    /// More bytes, unpacked, than are read.
    case tooLong(file: String)
    case noCandles(file: String)
    case lineInvalid(file: String, line: Int, reason: String)

    package var description: String {
        switch self {
        case .unreadable(let file): "\(file) cannot be read"
        case .damaged(let file): "\(file) is damaged: its gzip stream does not end as it should"
        case .tooLong(let file): "\(file) holds more than \(GzipFile.longestBytes >> 30) GiB"
        case .noCandles(let file): "\(file) holds no candles"
        case .lineInvalid(let file, let line, let reason): "\(file), line \(line): \(reason)"
        }
    }
}
