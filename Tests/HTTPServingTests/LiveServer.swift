import HTTPServing
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing
import WebSockets

/// A Hummingbird application behind the server under test, on a port of its own.
struct LiveServer: Sendable {
    let port: Int
    private let group: ServiceGroup

    func shutDown() async {
        await group.triggerGracefulShutdown()
    }

    /// Serves while `body` runs, then shuts down gracefully and waits for that.
    static func serving(
        _ limits: HTTPServerLimits = HTTPServerLimits(),
        webSocket: WebSocketEndpoint = .echo,
        gate: Gate = Gate(),
        ledger: ConnectionLedger? = nil,
        _ body: @Sendable (LiveServer) async throws -> Void
    ) async throws {
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let application = Application(
            router: router(gate),
            server: .limited(
                limits: limits,
                refusalHeaders: [.xContentTypeOptions: "nosniff"],
                webSocket: webSocket,
                ledger: ledger
            ),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                found.yield(channel.localAddress?.port ?? 0)
                found.finish()
            },
            logger: logger
        )
        let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            do {
                try await body(LiveServer(port: port, group: group))
            } catch {
                gate.open()
                await group.triggerGracefulShutdown()
                throw error
            }
            gate.open()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private static func router(_ gate: Gate) -> Router<BasicRequestContext> {
        let router = Router()
        router.get("hello") { _, _ in "hello" }
        router.get("path/**") { request, _ in request.uri.description }
        router.get("echo-query") { request, _ in request.uri.query ?? "" }
        router.post("echo") { request, _ in
            Response(status: .ok, body: .init(byteBuffer: try await request.body.collect(upTo: 8 << 20)))
        }
        router.post("short") { request, _ in
            Response(status: .ok, body: .init(byteBuffer: try await request.body.collect(upTo: 1000)))
        }
        router.post("ignore") { _, _ in "ignored" }
        router.get("nothing") { _, _ in Response(status: .noContent) }
        router.get("stream") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    for part in ["one ", "two ", "three"] { try await writer.write(ByteBuffer(string: part)) }
                    try await writer.finish(nil)
                }
            )
        }
        router.get("large") { _, _ in
            Response(status: .ok, body: .init(byteBuffer: ByteBuffer(repeating: 0x61, count: 8 << 20)))
        }
        router.get("gated") { _, _ in
            await gate.wait()
            return "opened"
        }
        return router
    }

    /// An uninvolved visitor: served as if nothing had happened.
    func servesVisitor(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let visitor = try await RawClient.connect(port: port)
        try await visitor.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let answers = HTTPAnswer.parseAll(try await visitor.receivedUntilEnd())
        #expect(answers.map(\.status) == [200], sourceLocation: sourceLocation)
        #expect(answers.first?.body == "hello", sourceLocation: sourceLocation)
    }
}

/// Holds requests to `/gated` until it is opened, and tells when one is there.
final class Gate: Sendable {
    private let opened: AsyncStream<Void>
    private let opening: AsyncStream<Void>.Continuation
    private let arrivals: AsyncStream<Void>
    private let arriving: AsyncStream<Void>.Continuation

    init() {
        (opened, opening) = AsyncStream.makeStream()
        (arrivals, arriving) = AsyncStream.makeStream()
    }

    func open() { opening.finish() }

    func wait() async {
        arriving.yield()
        for await _ in opened {}
    }

    func someoneArrived() async {
        var iterator = arrivals.makeAsyncIterator()
        await iterator.next()
    }
}

extension WebSocketEndpoint {
    /// Sends every message back as it came.
    static let echo = WebSocketEndpoint { request, _ in
        switch request.path {
        case "/ws?plain": .notWebSocket
        case "/ws?no": .refuse(HTTPRefusal(status: .unauthorized, code: "unauthenticated", detail: "Who are you?"))
        default: .accept { try $0.pipeline.syncOperations.addHandler(EchoHandler()) }
        }
    }
}

final class EchoHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketOutput

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(wrapOutboundOut(.message(unwrapInboundIn(data))), promise: nil)
    }
}
