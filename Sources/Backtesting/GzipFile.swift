import CZlib

/// A file of text, unpacked where it is gzipped.
package enum GzipFile {
    /// The longest that is read.
    static let longestBytes = 2 << 30

    /// A gzip file unpacked, any other as it is.
    ///
    /// - Throws: ``CandleFileError/unreadable(file:)``, ``CandleFileError/damaged(file:)`` and
    ///   ``CandleFileError/tooLong(file:)``.
    package static func read(_ file: String) throws(CandleFileError) -> [UInt8] {
        guard let input = gzopen(file, "rb") else { throw .unreadable(file: file) }
        defer { gzclose_r(input) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = gzread(input, &chunk, UInt32(chunk.count))
            if count < 0 {
                // What the system refuses, a folder for one, is no fault of the stream.
                throw lastError(of: input) == Z_ERRNO ? .unreadable(file: file) : .damaged(file: file)
            }
            bytes += chunk.prefix(Int(count))
            guard bytes.count <= longestBytes else { throw .tooLong(file: file) }
            if count == 0 { break }
        }
        // A cut-off stream ends with a buffer error instead of its end.
        guard [Z_OK, Z_STREAM_END].contains(lastError(of: input)) else { throw .damaged(file: file) }
        return bytes
    }

    private static func lastError(of input: gzFile) -> Int32 {
        var code: Int32 = 0
        _ = gzerror(input, &code)
        return code
    }
}
