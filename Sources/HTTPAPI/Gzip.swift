import CZlib
import NIOCore

/// gzip (RFC 1952) of whole bodies.
enum Gzip {
    /// Fast rather than small: the answers are JSON, which shrinks to a fifth at the first level already.
    private static let level: Int32 = 1

    /// The compressed bytes, or nil where zlib has no memory for it.
    static func compress(_ input: ByteBuffer) -> ByteBuffer? {
        var stream = z_stream()
        // 15 bits of window plus 16 asks for a gzip header instead of zlib's own.
        let opened = deflateInit2_(
            &stream,
            level,
            Z_DEFLATED,
            15 + 16,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard opened == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        var output = ByteBuffer()
        let bound = Int(deflateBound(&stream, UInt(input.readableBytes)))
        var isComplete = false
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { target in
            input.withUnsafeReadableBytes { source in
                // zlib reads from `next_in` only, although its C type is not const.
                stream.next_in = UnsafeMutablePointer(mutating: source.bindMemory(to: UInt8.self).baseAddress)
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(bound)
                isComplete = deflate(&stream, Z_FINISH) == Z_STREAM_END
                return bound - Int(stream.avail_out)
            }
        }
        return isComplete ? output : nil
    }
}
