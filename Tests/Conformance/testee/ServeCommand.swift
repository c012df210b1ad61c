import ArgumentParser
import Foundation
import HTTPServing
import Hummingbird
import Logging
import NIOCore
import WebSockets

/// Our server half, behind the real handshake.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve until killed; the one line printed is the address."
    )

    func run() async throws {
        let echo = WebSocketEndpoint(matches: { _ in true }) { _, _ in
            .accept(limits: Testee.limits) { try $0.pipeline.syncOperations.addHandler(Echo()) }
        }
        let application = Application(
            router: Router(),
            server: .limited(webSocket: echo),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                let line = "ws://127.0.0.1:\(channel.localAddress?.port ?? 0)\n"
                FileHandle.standardOutput.write(Data(line.utf8))
            },
            logger: Logger(label: "testee")
        )
        try await application.runService()
    }
}

private final class Echo: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketOutput

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(wrapOutboundOut(.message(unwrapInboundIn(data))), promise: nil)
    }
}
