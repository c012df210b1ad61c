package import NIOCore

/// One whole message, its fragments joined and, for text, its UTF-8 checked.
package enum WebSocketMessage: Sendable, Equatable {
    case text(ByteBuffer)
    case binary(ByteBuffer)

    /// A text message from a string.
    package static func text(_ string: String) -> WebSocketMessage {
        .text(ByteBuffer(string: string))
    }

    /// The bytes of the message, whichever kind it is.
    package var payload: ByteBuffer {
        switch self {
        case .text(let buffer), .binary(let buffer): buffer
        }
    }
}

/// What may be written to a ``WebSocketMessageHandler``.
///
/// Nothing is flushed by writing: many writes share one flush.
package enum WebSocketOutput: Sendable {
    /// Framed here, and masked on the client's side.
    case message(WebSocketMessage)
    /// One or more whole frames made by ``PreparedFrame``, sent as they are. Server side only: a client must mask.
    case prepared(ByteBuffer)
    /// Starts the closing handshake and flushes; everything written later fails with ``WebSocketError/closed``.
    case close(code: UInt16, reason: String)
    case ping
}
