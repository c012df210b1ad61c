import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import WebSockets

/// From a handshake to a WebSocket.
extension HTTPConnectionHandler {
    func decide(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        let request = HTTPRequest(checked: head)
        let channel = context.channel
        let here = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        Task { [endpoint] in
            let decision = await endpoint.decide(request, channel)
            channel.eventLoop.execute {
                here.value.handler.decided(decision, head, context: here.value.context)
            }
        }
    }

    func decided(_ decision: WebSocketDecision, _ head: HTTPRequestHead, context: ChannelHandlerContext) {
        guard case .handshaking(_, isDeciding: true) = phase, context.channel.isActive else { return }
        deadline?.clear()
        switch decision {
        case .notWebSocket:
            startExchange(head, context: context)
            receiveEnd(nil, context: context)
            context.fireChannelReadComplete()
        case .refuse(let refusal):
            refuse(refusal, context: context)
        case .accept where isDraining:
            refuse(.shuttingDown, context: context)
        case .accept where inputClosed:
            context.close(promise: nil)
        case .accept(let headers, let limits, let configure):
            phase = .upgraded
            deadline?.cancel()
            let upgrade = WebSocketUpgrade(
                head: head,
                headers: headers,
                limits: limits,
                restartReason: endpoint.restartReason
            )
            do {
                let answer = try upgrade.answer(on: context.channel)
                context.writeAndFlush(wrapOutboundOut(.head(answer)), promise: nil)
                try tail.becomeWebSocket(upgrade, gate: self, context: context, configure: configure)
            } catch {
                logger.error("WebSocket could not be set up", metadata: ["error": "\(type(of: error))"])
                context.close(promise: nil)
            }
        }
    }
}
