import NIOCore
import NIOPosix

/// A program that listens as Redis does and answers each piece of input with whatever a test wants.
struct FakeRedis {
    let port: Int
    private let channel: any Channel

    static func run(
        answering answer: @escaping @Sendable (_ heard: String) -> String?,
        _ body: (FakeRedis) async throws -> Void
    ) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Mouth(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let fake = FakeRedis(port: server.localAddress?.port ?? 0, channel: server)
        do {
            try await body(fake)
        } catch {
            try? await server.close()
            throw error
        }
        try await server.close()
    }

    private final class Mouth: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: @Sendable (String) -> String?

        init(_ answer: @escaping @Sendable (String) -> String?) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard let words = answer(String(buffer: unwrapInboundIn(data))) else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: words)), promise: nil)
        }
    }
}
