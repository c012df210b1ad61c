import HTTPServing
import NIOCore
import NIOPosix
import Synchronization
import Testing
import WebSockets

@Suite("Graceful shutdown", .timeLimit(.minutes(2)))
struct DrainTests {
    @Test("Idle connections close, a request in flight finishes, sockets get 1012, and then it is over")
    func drains() async throws {
        let gate = Gate()
        let endpoint = WebSocketEndpoint(restartReason: { "retry in 1500 ms" }) { _, _ in
            .accept { try $0.pipeline.syncOperations.addHandler(EchoHandler()) }
        }
        let clock = ContinuousClock()
        let began = Mutex(clock.now)
        try await LiveServer.serving(webSocket: endpoint, gate: gate) { server in
            let idle = try await RawClient.connect(port: server.port)
            try await idle.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await idle.receivedResponses(1)
            let silent = try await RawClient.connect(port: server.port)
            let busy = try await RawClient.connect(port: server.port)
            try await busy.send("GET /gated HTTP/1.1\r\nHost: a\r\n\r\n")
            await gate.someoneArrived()
            let socket = try await WebSocketClient().connect(
                to: "ws://127.0.0.1:\(server.port)/ws",
                on: MultiThreadedEventLoopGroup.singleton.next()
            ) { _, _ in }.get()
            let sleeper = try await RawClient.connect(port: server.port, reads: false)
            try await sleeper.send(
                """
                GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n
                """
            )

            began.withLock { $0 = clock.now }
            await server.shutDown()
            #expect(HTTPAnswer.parseAll(try await idle.receivedUntilEnd()).map(\.status) == [200])
            #expect(try await silent.receivedUntilEnd().isEmpty)
            let closure = try await socket.closed.get()
            #expect(closure == WebSocketClosure(code: 1012, reason: "retry in 1500 ms", origin: .peer))
            await #expect(throws: (any Error).self) { try await RawClient.connect(port: server.port) }
            gate.open()
            let answer = HTTPAnswer.parseAll(try await busy.receivedUntilEnd()).first
            #expect(answer?.body == "opened")
            #expect(answer?.header("Connection") == "close")
            withExtendedLifetime(sleeper) {}
        }
        // `serving` returned: the sleeper, which never answered the close frame, was cut.
        #expect(clock.now - began.withLock { $0 } < .seconds(10))
    }

    @Test("A request that does not finish is cut at the deadline")
    func cutsOff() async throws {
        let gate = Gate()
        try await LiveServer.serving(HTTPServerLimits(drainDeadline: .milliseconds(200)), gate: gate) { server in
            let busy = try await RawClient.connect(port: server.port)
            try await busy.send("GET /gated HTTP/1.1\r\nHost: a\r\n\r\n")
            await gate.someoneArrived()
            await server.shutDown()
            #expect(try await busy.receivedUntilEnd().isEmpty)
        }
    }
}
