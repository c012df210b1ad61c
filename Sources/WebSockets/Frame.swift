package import NIOCore

/// The six opcodes RFC 6455 defines; the other ten are reserved.
package enum FrameOpcode: UInt8, Sendable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    package var isControl: Bool { rawValue >= 0x8 }
}

/// One frame as received, its payload unmasked.
package struct Frame: Equatable {
    package let isFinal: Bool
    package let opcode: FrameOpcode
    package let payload: ByteBuffer

    package init(isFinal: Bool, opcode: FrameOpcode, payload: ByteBuffer) {
        self.isFinal = isFinal
        self.opcode = opcode
        self.payload = payload
    }
}

/// Which end of the connection we are: clients mask what they send, servers never do.
package enum WebSocketRole: Sendable {
    case server
    case client
}
