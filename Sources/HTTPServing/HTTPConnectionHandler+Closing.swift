import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Refusing, and the ways a connection ends.
extension HTTPConnectionHandler {
    func refuse(_ refusal: HTTPRefusal, context: ChannelHandlerContext) {
        logger.debug("Request refused", metadata: ["code": "\(refusal.code)", "status": "\(refusal.status.code)"])
        let wasExchanging = exchange != nil
        if exchange?.responseStarted == true {
            return context.close(promise: nil)
        }
        let (head, body) = refusal.answer(adding: refusalHeaders)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHeadRequest { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        startClosing(context: context)
        // The application may be waiting for the rest of the body: it gets an end of it, and its answer goes nowhere.
        if wasExchanging { context.fireErrorCaught(HTTPParserError.closedConnection) }
    }

    /// Once the last answer is with the kernel, closes our side and waits for the client to close its own: closing a
    /// socket with unread input resets it, and the client would lose the answer it is about to read.
    func startClosing(context: ChannelHandlerContext) {
        phase = .closing
        exchange = nil
        held.removeAll()
        expect(.reader, within: limits.stallTimeout)
        let flushed = context.eventLoop.makePromise(of: Void.self)
        flushed.futureResult.assumeIsolated().whenComplete { [self] _ in outputFlushed(context: context) }
        // An empty write takes its turn behind everything written before it.
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: flushed)
        context.read()
    }

    func outputFlushed(context: ChannelHandlerContext) {
        isFlushed = true
        guard !inputClosed else { return context.close(promise: nil) }
        expect(.hangUp, within: limits.lingerDeadline)
        context.close(mode: .output, promise: nil)
    }

    func drain(context: ChannelHandlerContext) {
        isDraining = true
        exchange?.keepsAlive = false
        switch phase {
        case .idle:
            startClosing(context: context)
        case .exchanging, .handshaking:
            drainTask = context.eventLoop.assumeIsolated().scheduleTask(in: limits.drainDeadline) {
                context.close(promise: nil)
            }
        case .closing, .upgraded:
            break
        }
    }
}
