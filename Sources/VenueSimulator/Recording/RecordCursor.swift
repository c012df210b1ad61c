import Markets

/// Reads one file record by record, checking that time does not go back.
///
/// Blocking, and for one thread at a time.
final class RecordCursor {
    private let reader: LineReader
    private let file: RecordingFile
    let parser: RecordParser
    private var pending: [UInt8]?
    private var latest = MarketTime(milliseconds: 0)

    init(_ file: RecordingFile) throws(RecordingError) {
        self.file = file
        reader = try LineReader(file: file.path)
        guard let first = try reader.next() else { throw .fileEmpty(file: file.path) }
        parser = try RecordParser(firstLine: first, file: file)
        pending = parser.hasHeader ? nil : first
    }

    /// The next record, nil at the end.
    ///
    /// A recorder's clock may step back a little; a record then counts as simultaneous with the one before. In candle
    /// and trade files, which are sorted, an earlier row is a fault.
    func next() throws(RecordingError) -> Record? {
        while let line = try takeLine() {
            do throws(RecordParser.Fault) {
                guard var record = try parser.record(line) else { continue }
                if record.time < latest {
                    guard parser.isSession else { throw RecordParser.Fault(reason: "time goes back") }
                    record.time = latest
                }
                if case .candle = record.payload, record.time == latest {
                    throw RecordParser.Fault(reason: "the same candle again")
                }
                latest = record.time
                return record
            } catch {
                throw .lineInvalid(file: file.path, line: reader.lineNumber, reason: error.reason)
            }
        }
        return nil
    }

    private func takeLine() throws(RecordingError) -> [UInt8]? {
        if let line = pending {
            pending = nil
            return line
        }
        return try reader.next()
    }
}
