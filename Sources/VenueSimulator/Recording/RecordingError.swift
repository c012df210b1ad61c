/// Why a recording cannot be played; always names the file, and the line where there is one.
package enum RecordingError: Error, Hashable, Sendable {
    case fileUnreadable(file: String)
    /// The gzip stream is cut off or its checksum is wrong.
    case fileDamaged(file: String)
    case fileEmpty(file: String)
    /// The first line is none of the known formats.
    case formatUnknown(file: String)
    /// The file's name does not tell the market; give it as `SYMBOL=path`.
    case symbolUnknown(file: String)
    /// A candle file's name does not tell the interval; give it as `SYMBOL:1m=path`.
    case intervalUnknown(file: String)
    case lineInvalid(file: String, line: Int, reason: String)
    case noFiles
    case speedInvalid(Double)
}

extension RecordingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .fileUnreadable(let file): "\(file): cannot be read"
        case .fileDamaged(let file): "\(file): the compressed data is cut off or damaged"
        case .fileEmpty(let file): "\(file): holds no records"
        case .formatUnknown(let file):
            "\(file): is neither a session (JSON lines with t_us, kind, frame) nor candles "
                + "(open_time_ms,open,high,low,close,volume) nor trades (time_ms,side,price,qty or ts_ms,side,price_e8,amount)"
        case .symbolUnknown(let file): "\(file): the name does not tell the market; write SYMBOL=\(file)"
        case .intervalUnknown(let file): "\(file): the name does not tell the interval; write SYMBOL:1m=\(file)"
        case .lineInvalid(let file, let line, let reason): "\(file):\(line): \(reason)"
        case .noFiles: "no file to play"
        case .speedInvalid(let speed): "speed must be above 0, not \(speed)"
        }
    }
}
