import CZlib

/// A file of text, unpacked where it is gzipped.
enum GzipFile {
    /// The longest that is read.
    static let longestBytes = 2 << 30

    /// A gzip file unpacked, any other as it is.
    ///
    /// - Throws: ``CandleFileError/unreadable(file:)`` and ``CandleFileError/damaged(file:)``.
    static func read(_ file: String) throws(CandleFileError) -> [UInt8] {
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
