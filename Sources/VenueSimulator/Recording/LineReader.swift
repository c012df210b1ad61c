import CZlib

/// Reads a file line by line, unpacking gzip on the way, with one chunk and one line in memory.
///
/// Blocking: for a thread that may wait. A file that is not compressed is read as it is.
final class LineReader {
    /// A session's longest lines are book snapshots of some 300 KB.
    static let longestLineBytes = 8 << 20
    private static let chunkBytes = 256 << 10

    let file: String
    /// Of the line read last, from 1.
    private(set) var lineNumber = 0
    private let input: gzFile
    private var chunk = [UInt8](repeating: 0, count: LineReader.chunkBytes)
    /// What of the chunk was not taken yet.
    private var unread = 0..<0

    init(file: String) throws(RecordingError) {
        self.file = file
        guard let input = gzopen(file, "rb") else { throw .fileUnreadable(file: file) }
        self.input = input
    }

    deinit {
        gzclose_r(input)
    }

    /// The next line without its line end; nil at the end of the file.
    func next() throws(RecordingError) -> [UInt8]? {
        var line: [UInt8] = []
        while true {
            if let end = chunk[unread].firstIndex(of: UInt8(ascii: "\n")) {
                line += chunk[unread.lowerBound..<end]
                unread = end + 1..<unread.upperBound
                return finished(line)
            }
            line += chunk[unread]
            guard line.count <= Self.longestLineBytes else {
                throw .lineInvalid(file: file, line: lineNumber + 1, reason: "line over 8 MB")
            }
            guard try readChunk() else { return line.isEmpty ? nil : finished(line) }
        }
    }

    private func finished(_ line: [UInt8]) -> [UInt8] {
        lineNumber += 1
        return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }

    private func readChunk() throws(RecordingError) -> Bool {
        let count = gzread(input, &chunk, UInt32(Self.chunkBytes))
        unread = 0..<max(0, Int(count))
        guard count <= 0 else { return true }
        var code: Int32 = 0
        _ = gzerror(input, &code)
        switch code {
        case Z_OK, Z_STREAM_END: return false
        case Z_ERRNO: throw .fileUnreadable(file: file)
        default: throw .fileDamaged(file: file)
        }
    }
}
