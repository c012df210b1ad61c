/// Why a peer's bytes break RFC 6455, as the close frame will tell it.
package struct WebSocketFault: Error, Equatable {
    /// 1002 protocol error, 1007 not UTF-8, 1008 policy, 1009 too large.
    package let code: UInt16
    package let reason: String

    static func violation(_ reason: String) -> WebSocketFault { WebSocketFault(code: 1002, reason: reason) }
    package static func tooLarge(_ reason: String) -> WebSocketFault { WebSocketFault(code: 1009, reason: reason) }
    static let notUTF8 = WebSocketFault(code: 1007, reason: "text is not UTF-8")
    static let controlFlood = WebSocketFault(code: 1008, reason: "too many control frames")
}

/// What goes wrong on our side of a WebSocket.
package enum WebSocketError: Error, Equatable, Sendable {
    /// The address is not a `ws://` or `wss://` URL.
    case addressInvalid(String)
    /// The server answered the handshake with something other than 101; `retryAfterSeconds` is its `Retry-After`.
    case handshakeRefused(status: Int, retryAfterSeconds: Int?, body: String)
    /// The server's 101 does not fit our request (wrong `Sec-WebSocket-Accept`, an extension we did not offer, …).
    case handshakeInvalid
    /// The handshake (connect, TLS and upgrade together) took longer than allowed.
    case handshakeTimedOut
    /// The connection ended before the handshake did.
    case handshakeCut
    /// The connection is closing or closed; nothing can be sent any more.
    case closed
    /// More is waiting to be sent than the limits allow.
    case outboxFull
}
