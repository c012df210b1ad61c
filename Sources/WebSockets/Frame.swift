import NIOCore

/// The six opcodes RFC 6455 defines; the other ten are reserved.
enum FrameOpcode: UInt8 {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    var isControl: Bool { rawValue >= 0x8 }
}

/// One frame as received, its payload unmasked.
struct Frame: Equatable {
    let isFinal: Bool
    let opcode: FrameOpcode
    let payload: ByteBuffer
}

/// Which end of the connection we are: clients mask what they send, servers never do.
package enum WebSocketRole: Sendable {
    case server
    case client
}
