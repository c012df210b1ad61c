import NIOCore

/// Sits before the parser: hands it the bytes of a request piece by piece, so that the doorkeeper can count what the
/// parser has not made sense of yet and refuse what it would take for ever.
final class RequestBytesHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let gate: HTTPConnectionHandler
    private var framing: RequestFraming

    init(gate: HTTPConnectionHandler) {
        self.gate = gate
        framing = RequestFraming(maxBodyBytes: gate.limits.maxBodyBytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        do throws(HTTPRefusal) {
            while true {
                let isOfHeader = framing.isInHeader
                guard let piece = try framing.take(from: &bytes) else { return }
                guard gate.bytesArrived(piece, isOfHeader: isOfHeader) else { return }
                context.fireChannelRead(wrapInboundOut(piece))
                if let head = gate.takeParsedHead() { framing.expectBody(of: head) }
            }
        } catch {
            context.fireErrorCaught(error)
        }
    }
}
