package import HTTPTypes
package import NIOCore
package import WebSockets

/// What is done with a well-formed WebSocket handshake.
package enum WebSocketDecision: Sendable {
    /// Not ours: the request goes to the router like any other.
    case notWebSocket
    case refuse(HTTPRefusal)
    /// The upgrade is answered with 101 and `headers`, then `configure` runs on the channel's event loop and adds the
    /// application's channel handlers behind ``WebSocketMessageHandler``. Frames that come early wait until it returns.
    case accept(headers: HTTPFields, limits: WebSocketLimits, configure: @Sendable (any Channel) throws -> Void)

    /// Accepts with no headers of its own.
    package static func accept(
        limits: WebSocketLimits = .server,
        configure: @escaping @Sendable (any Channel) throws -> Void
    ) -> WebSocketDecision {
        .accept(headers: [:], limits: limits, configure: configure)
    }
}

/// Where WebSockets are served, and who decides about each handshake.
package struct WebSocketEndpoint: Sendable {
    /// Whether a path (without its query) speaks WebSocket: plain requests to it are answered 426.
    package var matches: @Sendable (_ path: Substring) -> Bool
    /// Called once for each well-formed handshake; the channel tells the peer's address.
    package var decide: @Sendable (HTTPRequest, any Channel) async -> WebSocketDecision
    /// The reason sent with close code 1012 when the server shuts down, such as a spread hint when to come back.
    package var restartReason: @Sendable () -> String

    package init(
        matches: @escaping @Sendable (_ path: Substring) -> Bool = { $0 == "/ws" },
        restartReason: @escaping @Sendable () -> String = { "restarting" },
        decide: @escaping @Sendable (HTTPRequest, any Channel) async -> WebSocketDecision
    ) {
        self.matches = matches
        self.restartReason = restartReason
        self.decide = decide
    }

    /// No WebSockets.
    package static let none = WebSocketEndpoint(matches: { _ in false }) { _, _ in .notWebSocket }
}
