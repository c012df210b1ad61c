import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// What goes out: the application's answers.
extension HTTPConnectionHandler {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch phase {
        case .upgraded:
            return context.write(data, promise: promise)
        case .exchanging:
            break
        default:
            // The application answers a request that was cut off: the client has our answer already.
            promise?.succeed()
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.kind == .informational:
            context.write(wrapOutboundOut(.head(HTTPResponseHead(head))), promise: promise)
        case .head(let head):
            guard var exchange else { return }
            let answer = exchange.respond(with: head)
            self.exchange = exchange
            context.write(wrapOutboundOut(.head(answer)), promise: promise)
        case .body(let bytes):
            guard exchange?.dropsBody != true else {
                promise?.succeed()
                return
            }
            context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: promise)
        case .end:
            if exchange?.dropsBody == true {
                promise?.succeed()
            } else {
                context.write(wrapOutboundOut(.end(nil)), promise: promise)
            }
            exchange?.responseEnded = true
            responseEnded(context: context)
        }
    }

    func responseEnded(context: ChannelHandlerContext) {
        guard let exchange else { return }
        if exchange.requestEnded {
            finishExchange(context: context)
        } else if !exchange.keepsAlive {
            startClosing(context: context)
        }
    }

    func finishExchange(context: ChannelHandlerContext) {
        guard exchange?.keepsAlive == true, !isDraining else { return startClosing(context: context) }
        exchange = nil
        isHeadRequest = false
        phase = .idle
        // The start of the next header may have come with this request.
        if partialHead.hasStarted, held.isEmpty {
            expect(.header, within: limits.headerDeadline)
        } else {
            expect(.nextRequest, within: limits.idleTimeout)
        }
        releaseHeld(context: context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if case .exchanging = phase {
            if !context.channel.isWritable, expectation != .body {
                expect(.reader, within: limits.stallTimeout)
            } else if context.channel.isWritable, expectation == .reader {
                deadline?.clear()
                expectation = .nextRequest
            }
        } else if case .closing = phase, !isFlushed {
            expect(.reader, within: limits.stallTimeout)
        }
        context.fireChannelWritabilityChanged()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .output else { return context.close(mode: mode, promise: promise) }
        switch phase {
        case .idle:
            startClosing(context: context)
            promise?.succeed()
        case .closing:
            promise?.succeed()
        case .exchanging, .handshaking:
            // Hummingbird gave up in the middle of an answer: the client must not take what it has for the whole.
            context.close(promise: promise)
        case .upgraded:
            // Hummingbird's farewell to a connection that lives on as a WebSocket; the WebSocket's own comes later.
            guard !tail.swallowFarewell() else {
                promise?.succeed()
                return
            }
            context.close(mode: .output, promise: promise)
        }
    }
}
