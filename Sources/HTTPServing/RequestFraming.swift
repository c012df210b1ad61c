import NIOCore
import NIOHTTP1

/// Where in the stream of bytes the header of a request ends and where its body does.
///
/// What a request is, the parser behind it decides. This only cuts the stream at those places, so that the bytes of a
/// chunked body can be followed and those of an unfinished header counted.
struct RequestFraming {
    private enum Part {
        case header(HeaderEnd)
        case body(left: Int)
        case chunks(ChunkScanner)
    }

    private let maxBodyBytes: Int
    private var part = Part.header(HeaderEnd())

    init(maxBodyBytes: Int) {
        self.maxBodyBytes = maxBodyBytes
    }

    var isInHeader: Bool {
        if case .header = part { true } else { false }
    }

    /// Tells what body follows the header that has just been cut off.
    mutating func expectBody(of head: HTTPRequestHead) {
        if head.headers.contains(name: "Transfer-Encoding") {
            part = .chunks(ChunkScanner(maxBodyBytes: maxBodyBytes))
        } else if let length = head.headers.first(name: "Content-Length").flatMap({ Int($0) }), length > 0 {
            part = .body(left: length)
        }
    }

    /// Takes the bytes up to the next cut, or all of them where there is none.
    ///
    /// - Throws: the refusal of a body that is chunked in an unbounded way.
    mutating func take(from bytes: inout ByteBuffer) throws(HTTPRefusal) -> ByteBuffer? {
        guard bytes.readableBytes > 0 else { return nil }
        let count: Int
        switch part {
        case .header(var end):
            count = bytes.withUnsafeReadableBytes { end.scan($0) }
            part = .header(end.isReached ? HeaderEnd() : end)
        case .body(let left):
            count = min(left, bytes.readableBytes)
            part = count == left ? .header(HeaderEnd()) : .body(left: left - count)
        case .chunks(var scanner):
            count = try bytes.withReadableBytes { bytes throws(HTTPRefusal) in try scanner.scan(bytes) }
            part = scanner.isComplete ? .header(HeaderEnd()) : .chunks(scanner)
        }
        return count == bytes.readableBytes ? bytes.takeAll() : bytes.readSlice(length: count)
    }
}

extension ByteBuffer {
    /// The readable bytes; NIO's own call does not carry the error's type.
    fileprivate func withReadableBytes<T>(
        _ body: (UnsafeRawBufferPointer) throws(HTTPRefusal) -> T
    ) throws(HTTPRefusal) -> T {
        let result = withUnsafeReadableBytes { bytes in
            Result { () throws(HTTPRefusal) in try body(bytes) }
        }
        return try result.get()
    }

    fileprivate mutating func takeAll() -> ByteBuffer {
        let all = self
        moveReaderIndex(to: writerIndex)
        return all
    }
}

/// Finds the empty line that ends a header.
private struct HeaderEnd {
    /// Empty lines before a request are no header (RFC 9112, 2.2).
    private var hasBegun = false
    /// How much of CR LF CR LF has been seen.
    private var matched = 0

    var isReached: Bool { matched == 4 }

    /// - Returns: how many of the bytes belong to the header.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) -> Int {
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "\r") where hasBegun: matched = matched == 2 ? 3 : 1
            case UInt8(ascii: "\n") where hasBegun: matched = matched == 1 ? 2 : matched == 3 ? 4 : 0
            case UInt8(ascii: "\r"), UInt8(ascii: "\n"): break
            default:
                hasBegun = true
                matched = 0
            }
            if matched == 4 { return index + 1 }
        }
        return bytes.count
    }
}
