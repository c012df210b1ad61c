package import NIOCore

/// Whole frames made once and shared by every subscriber: header and payload in one buffer, unmasked, for servers.
///
/// A broadcast makes one, hops once to each event loop and writes ``WebSocketOutput/prepared(_:)`` to every connection
/// there; the bytes are never copied, only the reference count moves.
package enum PreparedFrame {
    /// A text frame around UTF-8 bytes the caller vouches for.
    package static func text(_ payload: ByteBuffer, allocator: ByteBufferAllocator = .init()) -> ByteBuffer {
        frame(.text, payload, allocator)
    }

    /// A text frame around a string.
    package static func text(_ string: String, allocator: ByteBufferAllocator = .init()) -> ByteBuffer {
        frame(.text, ByteBuffer(string: string), allocator)
    }

    /// A text frame around UTF-8 bytes the caller vouches for.
    package static func text(_ bytes: some Collection<UInt8>, allocator: ByteBufferAllocator = .init()) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: bytes.count + 10)
        append(text: bytes, to: &buffer)
        return buffer
    }

    /// Adds a text frame behind others, so that many frames are one write.
    package static func append(text bytes: some Collection<UInt8>, to buffer: inout ByteBuffer) {
        FrameEncoder.writeHeader(.text, payloadBytes: bytes.count, isMasked: false, to: &buffer)
        buffer.writeBytes(bytes)
    }

    /// A binary frame.
    package static func binary(_ payload: ByteBuffer, allocator: ByteBufferAllocator = .init()) -> ByteBuffer {
        frame(.binary, payload, allocator)
    }

    private static func frame(
        _ opcode: FrameOpcode,
        _ payload: ByteBuffer,
        _ allocator: ByteBufferAllocator
    ) -> ByteBuffer {
        FrameEncoder.encode(opcode, payload, mask: nil, allocator: allocator)
    }
}

/// Writes frames, one buffer each.
package enum FrameEncoder {
    package static func encode(
        _ opcode: FrameOpcode,
        _ payload: ByteBuffer,
        mask: UInt32?,
        allocator: ByteBufferAllocator
    ) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: payload.readableBytes + 14)
        writeHeader(opcode, payloadBytes: payload.readableBytes, isMasked: mask != nil, to: &buffer)
        var payload = payload
        if let mask {
            buffer.writeInteger(mask)
            payload.applyMask(mask)
        }
        buffer.writeBuffer(&payload)
        return buffer
    }

    static func writeHeader(_ opcode: FrameOpcode, payloadBytes: Int, isMasked: Bool, to buffer: inout ByteBuffer) {
        buffer.writeInteger(0x80 | opcode.rawValue)
        let maskBit: UInt8 = isMasked ? 0x80 : 0
        switch payloadBytes {
        case ...125:
            buffer.writeInteger(maskBit | UInt8(payloadBytes))
        case ...Int(UInt16.max):
            buffer.writeInteger(maskBit | 126)
            buffer.writeInteger(UInt16(payloadBytes))
        default:
            buffer.writeInteger(maskBit | 127)
            buffer.writeInteger(UInt64(payloadBytes))
        }
    }
}
