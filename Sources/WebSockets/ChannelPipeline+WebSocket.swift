package import NIOCore

extension ChannelPipeline.SynchronousOperations {
    /// Adds this end of a WebSocket to a channel whose handshake is done; the application's handlers follow it.
    ///
    /// - Returns: the handler, for its direct calls on the event loop.
    @discardableResult
    package func addWebSocketHandlers(
        role: WebSocketRole,
        limits: WebSocketLimits,
        restartReason: @escaping @Sendable () -> String = { "restarting" }
    ) throws -> WebSocketMessageHandler {
        let handler = WebSocketMessageHandler(role: role, limits: limits, restartReason: restartReason)
        try addHandler(handler)
        return handler
    }
}
