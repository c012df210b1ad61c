import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import NIOWebSocket
import WebSockets

/// An accepted handshake.
struct WebSocketUpgrade {
    let head: HTTPRequestHead
    let headers: HTTPFields
    let limits: WebSocketLimits
    let restartReason: @Sendable () -> String

    /// The 101, with the proof that the key was read; NIO computes it, at once and on this event loop.
    func answer(on channel: any Channel) throws -> HTTPResponseHead {
        let extra = HTTPHeaders(headers)
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(extra) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
        )
        var built: Result<HTTPHeaders, any Error>?
        upgrader.buildUpgradeResponse(channel: channel, upgradeRequest: head, initialResponseHeaders: [:])
            .assumeIsolated().whenComplete { built = $0 }
        guard let built else { throw ChannelError.inappropriateOperationForState }
        return HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: try built.get())
    }
}
