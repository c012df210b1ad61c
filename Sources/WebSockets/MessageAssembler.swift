import NIOCore

/// Joins data frames into messages and holds them to the limits (RFC 6455, 5.4 and 8.1).
struct MessageAssembler {
    private let maxMessageBytes: Int
    private let maxFragments: Int
    /// Text or binary while a fragmented message is open.
    private var openOpcode: FrameOpcode?
    private var joined = ByteBuffer()
    private var fragments = 0
    private var validator = UTF8Validator()

    init(limits: WebSocketLimits) {
        self.maxMessageBytes = limits.maxMessageBytes
        self.maxFragments = limits.maxFragments
    }

    /// Takes a text, binary or continuation frame.
    ///
    /// - Returns: the message it completes, or nil.
    mutating func accept(_ frame: Frame) throws(WebSocketFault) -> WebSocketMessage? {
        let opcode = try messageOpcode(of: frame)
        fragments += 1
        guard fragments <= maxFragments else { throw .tooLarge("too many fragments") }
        guard joined.readableBytes + frame.payload.readableBytes <= maxMessageBytes else {
            throw .tooLarge("message too large")
        }
        if opcode == .text {
            guard validator.consume(frame.payload) else { throw .notUTF8 }
            guard !frame.isFinal || validator.isComplete else { throw .notUTF8 }
        }
        if fragments == 1 {
            joined = frame.payload
        } else {
            var payload = frame.payload
            joined.writeBuffer(&payload)
        }
        guard frame.isFinal else {
            openOpcode = opcode
            return nil
        }
        defer { reset() }
        return opcode == .text ? .text(joined) : .binary(joined)
    }

    private func messageOpcode(of frame: Frame) throws(WebSocketFault) -> FrameOpcode {
        switch (frame.opcode, openOpcode) {
        case (.continuation, let open?): return open
        case (.continuation, nil): throw .violation("continuation of nothing")
        case (let opcode, nil): return opcode
        default: throw .violation("new message inside a fragmented one")
        }
    }

    private mutating func reset() {
        openOpcode = nil
        joined = ByteBuffer()
        fragments = 0
        validator = UTF8Validator()
    }
}
