package import NIOCore

/// Turns bytes into frames.
///
/// A header that breaks a rule, or claims too much, fails before its payload is waited for.
///
/// NIO's own decoder is not used because it cannot tell a length that was not written in its shortest form, waits for
/// the payload of frames that are wrong from their second byte, and allocates a box for each frame.
package struct FrameDecoder {
    private struct Header {
        var isFinal = false
        var opcode = FrameOpcode.continuation
        var bytes = 0
        var mask: UInt32?
        var payloadBytes = 0
    }

    private let role: WebSocketRole
    private let maxFrameBytes: Int
    private var pending = ByteBuffer()

    package init(role: WebSocketRole, maxFrameBytes: Int) {
        self.role = role
        self.maxFrameBytes = maxFrameBytes
    }

    /// Adds bytes that arrived.
    package mutating func append(_ bytes: ByteBuffer) {
        guard pending.readableBytes > 0 else {
            pending = bytes
            return
        }
        pending.discardReadBytes()
        var bytes = bytes
        pending.writeBuffer(&bytes)
    }

    /// Forgets everything that is waiting.
    mutating func discard() {
        pending = ByteBuffer()
    }

    /// The next whole frame, or nil until more bytes arrive.
    package mutating func next() throws(WebSocketFault) -> Frame? {
        guard let header = try peekHeader(),
            pending.readableBytes >= header.bytes + header.payloadBytes
        else { return nil }
        pending.moveReaderIndex(forwardBy: header.bytes)
        guard var payload = pending.readSlice(length: header.payloadBytes) else { return nil }
        if pending.readableBytes == 0 { pending = ByteBuffer() }
        if let mask = header.mask { payload.applyMask(mask) }
        return Frame(isFinal: header.isFinal, opcode: header.opcode, payload: payload)
    }

    private func peekHeader() throws(WebSocketFault) -> Header? {
        let start = pending.readerIndex
        guard let first: UInt8 = pending.getInteger(at: start),
            let second: UInt8 = pending.getInteger(at: start + 1)
        else { return nil }
        guard first & 0x70 == 0 else { throw .violation("reserved bit set") }
        guard let opcode = FrameOpcode(rawValue: first & 0x0F) else { throw .violation("reserved opcode") }
        let isMasked = second & 0x80 != 0
        guard isMasked == (role == .server) else {
            throw .violation(isMasked ? "masked frame from a server" : "unmasked frame from a client")
        }
        var header = Header(isFinal: first & 0x80 != 0, opcode: opcode)
        if opcode.isControl {
            guard header.isFinal else { throw .violation("fragmented control frame") }
            guard second & 0x7F <= 125 else { throw .violation("control frame over 125 bytes") }
        }
        guard let (lengthBytes, payloadBytes) = try peekLength(second & 0x7F, at: start + 2) else { return nil }
        guard opcode.isControl || payloadBytes <= maxFrameBytes else { throw .tooLarge("frame too large") }
        header.payloadBytes = payloadBytes
        header.bytes = 2 + lengthBytes
        if isMasked {
            guard let mask: UInt32 = pending.getInteger(at: start + header.bytes) else { return nil }
            header.mask = mask
            header.bytes += 4
        }
        return header
    }

    /// The extended length, which RFC 6455 (5.2) wants in its shortest form and below 2⁶³.
    private func peekLength(
        _ short: UInt8,
        at index: Int
    ) throws(WebSocketFault) -> (lengthBytes: Int, payloadBytes: Int)? {
        switch short {
        case 126:
            guard let length: UInt16 = pending.getInteger(at: index) else { return nil }
            guard length > 125 else { throw .violation("length not in its shortest form") }
            return (2, Int(length))
        case 127:
            guard let length: UInt64 = pending.getInteger(at: index) else { return nil }
            guard length > UInt64(UInt16.max), let length = Int(exactly: length) else {
                throw .violation("length not in its shortest form")
            }
            return (8, length)
        default:
            return (0, Int(short))
        }
    }
}

extension ByteBuffer {
    /// Masks or unmasks the readable bytes, eight at a time (RFC 6455, 5.3: the same operation both ways).
    mutating func applyMask(_ mask: UInt32) {
        let wide = (UInt64(mask) << 32 | UInt64(mask)).bigEndian
        withUnsafeMutableReadableBytes { bytes in
            var index = 0
            while index + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                bytes.storeBytes(of: word ^ wide, toByteOffset: index, as: UInt64.self)
                index += 8
            }
            while index < bytes.count {
                bytes[index] ^= UInt8(truncatingIfNeeded: mask >> (24 - 8 * UInt32(index & 3)))
                index += 1
            }
        }
    }
}
