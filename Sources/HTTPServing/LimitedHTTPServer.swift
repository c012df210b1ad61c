import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// A Hummingbird child channel that serves HTTP/1.1 and WebSockets on one port, within limits.
struct LimitedHTTPServer: HTTPChannelHandler {
    let limits: HTTPServerLimits
    let webSocket: WebSocketEndpoint
    let refusalHeaders: HTTPFields
    let ledger: ConnectionLedger
    let responder: HTTPChannelHandler.Responder
    private let sockets = OpenSockets()

    init(
        limits: HTTPServerLimits,
        webSocket: WebSocketEndpoint,
        refusalHeaders: HTTPFields,
        ledger: ConnectionLedger,
        responder: @escaping HTTPChannelHandler.Responder
    ) {
        self.limits = limits
        self.webSocket = webSocket
        self.refusalHeaders = refusalHeaders
        self.ledger = ledger
        self.responder = responder
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<LimitedConnection> {
        channel.eventLoop.makeCompletedFuture {
            let outcome = channel.eventLoop.makePromise(of: LimitedConnection.Outcome.self)
            let admission = ledger.admit(channel)
            guard admission != .dropped else {
                outcome.succeed(.nothing)
                channel.close(promise: nil)
                return LimitedConnection(channel: channel, outcome: outcome.futureResult)
            }
            // No more than 16 KB of pipelined requests can be waiting in parsed form, which is much larger. It begins with
            // what most requests need: a connection keeps the buffer it read into last, however long it then is silent.
            let reads = AdaptiveRecvByteBufferAllocator(minimum: 1 << 10, initial: 1 << 10, maximum: 16 << 10)
            try channel.syncOptions?.setOption(ChannelOptions.recvAllocator, value: reads)
            try channel.syncOptions?.setOption(ChannelOptions.maxMessagesPerRead, value: 1)
            let encoder = HTTPResponseEncoder()
            let decoder = ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: parserLimits)
            )
            let tail = ConnectionTail(outcome: outcome, encoder: encoder, decoder: decoder)
            let gate = HTTPConnectionHandler(
                server: self,
                turnedAway: admission == .turnedAway,
                tail: tail,
                logger: logger
            )
            let bytes = RequestBytesHandler(gate: gate)
            tail.countsBytes(with: bytes)
            try channel.pipeline.syncOperations.addHandlers([bytes, encoder, decoder, gate])
            return LimitedConnection(channel: channel, outcome: outcome.futureResult)
        }
    }

    func handle(value: LimitedConnection, logger: Logger) async {
        switch try? await value.outcome.get() {
        case .http(let channel):
            await withTaskExecutorPreference(EventLoopExecutor(value.channel.eventLoop)) {
                await handleHTTP(asyncChannel: channel, logger: logger)
            }
        case .webSocket:
            // The server counts as running until its sockets are gone, so that a shutdown waits for their close frames.
            await sockets.stay(with: value.channel)
        case .nothing, nil:
            break
        }
    }

    private var parserLimits: NIOHTTPDecoderLimitConfiguration {
        var configuration = NIOHTTPDecoderLimitConfiguration()
        configuration.maxHeaderFieldSize = max(limits.maxHeaderFieldBytes, limits.maxURIBytes)
        configuration.maxHeaderListSize = limits.maxHeaderBytes + limits.maxURIBytes
        configuration.maxHeaderFieldCount = limits.maxHeaderCount
        return configuration
    }
}

/// An accepted connection, and what it turns out to be once its first request is here.
struct LimitedConnection: ServerChildChannelValue {
    enum Outcome: Sendable {
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case webSocket
        /// It ended, or was refused, before its first request reached the application.
        case nothing
    }

    let channel: any Channel
    let outcome: EventLoopFuture<Outcome>
}
