/// Follows the chunks of one body (RFC 9112, 7.1) and refuses what the parser would wait for or read on and on.
///
/// The parser behind it reads the same bytes and refuses what is malformed. This adds what it lacks: a size beyond every
/// limit is refused when its line ends and not when the bytes fail to come, and chunk extensions have a bound.
struct ChunkScanner {
    /// Bytes of all extensions of a body; nobody here reads one.
    static let maxExtensionBytes = 1_024
    /// As many as 64 bits need: leading zeros would otherwise be a body of their own.
    private static let maxSizeDigits = 16

    private enum Position {
        case size, afterSize, data, afterData, trailerStart, trailer, end
        /// Malformed: the parser says so.
        case unclear
    }

    private let maxBodyBytes: Int
    private var position = Position.size
    private var size: UInt64 = 0
    private var sizeDigits = 0
    private var bodyBytes = 0
    private var extensionBytes = 0
    private var isInExtension = false
    private var left = 0

    init(maxBodyBytes: Int) {
        self.maxBodyBytes = maxBodyBytes
    }

    /// Whether the body and its trailers are through.
    var isComplete: Bool { position == .end }

    /// Follows further bytes of the body.
    ///
    /// - Parameter bytes: what came.
    /// - Returns: how many of them belong to the body.
    /// - Throws: 400 for an impossible size or too long extensions, 413 for a size past the limit.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(HTTPRefusal) -> Int {
        var index = 0
        while index < bytes.count, position != .end {
            switch position {
            case .data:
                let taken = min(left, bytes.count - index)
                left -= taken
                index += taken
                if left == 0 { position = .afterData }
            case .unclear:
                return bytes.count
            default:
                try take(bytes[index])
                index += 1
            }
        }
        return index
    }

    private mutating func take(_ byte: UInt8) throws(HTTPRefusal) {
        switch (position, byte) {
        case (.size, _): try takeOfSizeLine(byte)
        case (.afterSize, UInt8(ascii: "\n")): beginChunk()
        case (.afterData, UInt8(ascii: "\r")): break
        case (.afterData, UInt8(ascii: "\n")): beginSize()
        case (.trailerStart, UInt8(ascii: "\r")): break
        case (.trailerStart, UInt8(ascii: "\n")): position = .end
        case (.trailerStart, _): position = .trailer
        case (.trailer, UInt8(ascii: "\n")): position = .trailerStart
        case (.trailer, _): break
        default: position = .unclear
        }
    }

    private mutating func takeOfSizeLine(_ byte: UInt8) throws(HTTPRefusal) {
        if byte == UInt8(ascii: "\r") {
            try checkSize()
            position = .afterSize
        } else if isInExtension {
            extensionBytes += 1
            guard extensionBytes <= Self.maxExtensionBytes else {
                throw .malformed("The chunk extensions are too long.")
            }
        } else if byte == UInt8(ascii: ";") {
            try checkSize()
            isInExtension = true
        } else if let digit = Character(Unicode.Scalar(byte)).hexDigitValue {
            sizeDigits += 1
            guard sizeDigits <= Self.maxSizeDigits else { throw Self.impossibleSize }
            size = size << 4 | UInt64(digit)
        } else {
            position = .unclear
        }
    }

    private static let impossibleSize = HTTPRefusal.malformed("The size of a chunk is impossible.")

    private func checkSize() throws(HTTPRefusal) {
        guard let size = Int(exactly: size) else { throw Self.impossibleSize }
        guard size <= maxBodyBytes - bodyBytes else { throw .bodyTooLarge }
    }

    private mutating func beginChunk() {
        // Checked to fit when its line ended.
        left = Int(size)
        bodyBytes += left
        position = left == 0 ? .trailerStart : .data
    }

    private mutating func beginSize() {
        size = 0
        sizeDigits = 0
        isInExtension = false
        position = .size
    }
}
