package import NIOCore

/// What one WebSocket connection may cost.
package struct WebSocketLimits: Sendable {
    /// Payload bytes of one frame; a larger claim is refused from its header alone (1009).
    package var maxFrameBytes: Int
    /// Payload bytes of one message, all fragments together (1009).
    package var maxMessageBytes: Int
    /// Frames of one message (1009): a message of endless empty fragments has no bytes to count.
    package var maxFragments: Int
    /// Pings and pongs accepted within ``controlWindow`` (1008).
    package var maxControlFrames: Int
    package var controlWindow: TimeAmount
    /// Silence after which the peer is pinged; nil sends no pings.
    package var heartbeatInterval: TimeAmount?
    /// Further silence after that ping, of any frame at all, after which the connection counts as half open and is cut.
    package var heartbeatDeadline: TimeAmount
    /// How long the peer may take to answer a close frame before the connection is cut.
    package var closeDeadline: TimeAmount
    /// Bytes written and not yet taken by the socket; a connection that owes more is closed.
    package var maxPendingBytes: Int
    /// The close code for that; 1008 unless an application has one of its own.
    package var slowReaderCode: UInt16

    package init(
        maxFrameBytes: Int = 64 << 10,
        maxMessageBytes: Int = 64 << 10,
        maxFragments: Int = 64,
        maxControlFrames: Int = 30,
        controlWindow: TimeAmount = .seconds(10),
        heartbeatInterval: TimeAmount? = .seconds(30),
        heartbeatDeadline: TimeAmount = .seconds(15),
        closeDeadline: TimeAmount = .seconds(3),
        maxPendingBytes: Int = 4 << 20,
        slowReaderCode: UInt16 = 1008
    ) {
        self.maxFrameBytes = maxFrameBytes
        self.maxMessageBytes = maxMessageBytes
        self.maxFragments = maxFragments
        self.maxControlFrames = maxControlFrames
        self.controlWindow = controlWindow
        self.heartbeatInterval = heartbeatInterval
        self.heartbeatDeadline = heartbeatDeadline
        self.closeDeadline = closeDeadline
        self.maxPendingBytes = maxPendingBytes
        self.slowReaderCode = slowReaderCode
    }

    /// For connections that strangers open to us: small messages, 64 KB as OWASP's WebSocket cheat sheet advises.
    package static let server = WebSocketLimits()

    /// For connections we open to a venue: a snapshot of all tickers or a deep book reaches several MB in one frame.
    package static let venue = WebSocketLimits(
        maxFrameBytes: 32 << 20,
        maxMessageBytes: 32 << 20,
        maxFragments: 4096,
        maxControlFrames: 100
    )
}
