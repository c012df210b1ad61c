import HTTPServing
import HTTPTypes
import NIOCore
import NIOPosix
import Synchronization
import Testing
import WebSockets

@Suite("WebSockets on the HTTP port", .timeLimit(.minutes(2)))
struct WebSocketUpgradeTests {
    /// The key of RFC 6455, 1.3, whose answer is known.
    private static let handshake = """
        GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n
        """
    /// A masked text frame "hi", and the echo of it.
    private static let hi: [UInt8] = [0x81, 0x82, 1, 2, 3, 4, 0x68 ^ 1, 0x69 ^ 2]
    private static let hiBack: [UInt8] = [0x81, 0x02, 0x68, 0x69]

    private static func has(_ suffix: [UInt8]) -> @Sendable ([UInt8], Bool) -> Bool {
        { bytes, _ in bytes.suffix(suffix.count).elementsEqual(suffix) }
    }

    @Test("A handshake as first request, as a later one, and with frames right behind it", arguments: [0, 1, 3])
    func upgrades(requestsBefore: Int) async throws {
        try await LiveServer.serving { server in
            let client = try await RawClient.connect(port: server.port)
            for number in 0..<requestsBefore {
                try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try await client.receivedResponses(number + 1)
            }
            try await client.send(Array(Self.handshake.utf8) + Self.hi)
            let bytes = try await client.received(until: Self.has(Self.hiBack))
            let text = String(decoding: bytes, as: UTF8.self)
            let answer = try #require(HTTPAnswer.parseAll(text).last)
            #expect(answer.status == 101)
            #expect(answer.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(answer.header("Server") == nil)
            for round in 2...50 {
                try await client.send(Self.hi)
                let echoes = Array(repeating: Self.hiBack, count: round).flatMap { $0 }
                _ = try await client.received(until: Self.has(echoes))
            }
            // A close frame without a code; the answer is one, and then the end.
            try await client.send([0x88, 0x80, 0, 0, 0, 0])
            let all = try await client.received { _, ended in ended }
            #expect(all.suffix(2).elementsEqual([0x88, 0x00]))
            try await server.servesVisitor()
        }
    }

    @Test("A handshake pipelined behind a request waits its turn")
    func pipelined() async throws {
        try await LiveServer.serving { server in
            let client = try await RawClient.connect(port: server.port)
            let before = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
            try await client.send(Array((before + before + Self.handshake).utf8) + Self.hi)
            let bytes = try await client.received(until: Self.has(Self.hiBack))
            let statuses = HTTPAnswer.parseAll(String(decoding: bytes, as: UTF8.self)).map(\.status)
            #expect(statuses == [200, 200, 101])
        }
    }

    @Test(
        "A protocol error on a reused connection is answered with a close frame as on a fresh one",
        arguments: [0, 1]
    )
    func protocolError(requestsBefore: Int) async throws {
        try await LiveServer.serving { server in
            let client = try await RawClient.connect(port: server.port)
            for number in 0..<requestsBefore {
                try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try await client.receivedResponses(number + 1)
            }
            try await client.send(Self.handshake)
            _ = try await client.receivedResponses(requestsBefore + 1)
            try await client.send([0x81, 0x02, 0x68, 0x69])
            let all = try await client.received { _, ended in ended }
            let reason = Array("unmasked frame from a client".utf8)
            #expect(all.suffix(reason.count + 4).elementsEqual([0x88, UInt8(reason.count + 2), 0x03, 0xEA] + reason))
            try await server.servesVisitor()
        }
    }

    struct HalfHandshake: Sendable, CustomTestStringConvertible {
        let change: String
        let from: String
        let to: String
        let status: Int

        var testDescription: String { change }
    }

    @Test(
        "Half a handshake makes no socket",
        arguments: [
            HalfHandshake(change: "POST", from: "GET", to: "POST", status: 400),
            HalfHandshake(change: "HTTP/1.0", from: "HTTP/1.1", to: "HTTP/1.0", status: 400),
            HalfHandshake(change: "no Upgrade", from: "Upgrade: websocket\r\n", to: "", status: 400),
            HalfHandshake(change: "another Upgrade", from: "Upgrade: websocket", to: "Upgrade: h2c", status: 400),
            HalfHandshake(change: "no Connection", from: "Connection: keep-alive, Upgrade\r\n", to: "", status: 400),
            HalfHandshake(change: "Connection: close", from: "keep-alive, Upgrade", to: "close", status: 400),
            HalfHandshake(
                change: "no key",
                from: "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                to: "",
                status: 400
            ),
            HalfHandshake(change: "a short key", from: "dGhlIHNhbXBsZSBub25jZQ==", to: "dGhlIHNhbXBsZQ==", status: 400),
            HalfHandshake(change: "a key that is not base64", from: "dGhlI", to: "!!!!!", status: 400),
            HalfHandshake(
                change: "two keys",
                from: "\r\n\r\n",
                to: "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                status: 400
            ),
            HalfHandshake(change: "no version", from: "Sec-WebSocket-Version: 13\r\n", to: "", status: 400),
            HalfHandshake(change: "version 8", from: "Version: 13", to: "Version: 8", status: 426),
            HalfHandshake(change: "a body", from: "\r\n\r\n", to: "\r\nContent-Length: 2\r\n\r\nhi", status: 400),
            HalfHandshake(
                change: "a plain GET",
                from: handshake,
                to: "GET /ws HTTP/1.1\r\nHost: a\r\n\r\n",
                status: 426
            ),
            HalfHandshake(change: "no Host", from: "Host: a\r\n", to: "", status: 400),
            HalfHandshake(change: "refused by the application", from: "/ws", to: "/ws?no", status: 401),
            HalfHandshake(change: "left to the router", from: "/ws", to: "/ws?plain", status: 404),
            HalfHandshake(change: "elsewhere", from: "/ws", to: "/hello", status: 200),
        ]
    )
    func halfHandshakes(_ half: HalfHandshake) async throws {
        try await LiveServer.serving { server in
            let client = try await RawClient.connect(port: server.port)
            let request = Self.handshake.replacing(half.from, with: half.to, maxReplacements: 1)
            try await client.send(Array(request.utf8) + Self.hi)
            let answers = HTTPAnswer.parseAll(try await client.receivedUntilEnd())
            #expect(answers.map(\.status) == [half.status])
            if half.status == 426 { #expect(answers.first?.header("Sec-WebSocket-Version") == "13") }
            try await server.servesVisitor()
        }
    }

    @Test("The application decides with the whole request before it, and its headers travel with the 101")
    func decision() async throws {
        let seen = Mutex<[String]>([])
        let endpoint = WebSocketEndpoint(matches: { $0.hasPrefix("/stream") }) { request, channel in
            seen.withLock {
                $0 = [request.path ?? "", request.headerFields[.origin] ?? "", channel.remoteAddress?.ipAddress ?? ""]
            }
            return .accept(headers: [.setCookie: "a=b"], limits: .server) { channel in
                try channel.pipeline.syncOperations.addHandler(EchoHandler())
            }
        }
        try await LiveServer.serving(webSocket: endpoint) { server in
            let client = try await RawClient.connect(port: server.port)
            let request = Self.handshake.replacing("/ws", with: "/stream?streams=a/b", maxReplacements: 1)
                .replacing("Host: a", with: "Host: a\r\nOrigin: https://a", maxReplacements: 1)
            try await client.send(request)
            let answers = HTTPAnswer.parseAll(try await client.receivedResponses(1))
            #expect(answers.first?.header("Set-Cookie") == "a=b")
            #expect(seen.withLock { $0 } == ["/stream?streams=a/b", "https://a", "127.0.0.1"])
        }
    }

    @Test("Our client talks to it")
    func ourClient() async throws {
        try await LiveServer.serving { server in
            let (messages, inbox) = AsyncStream.makeStream(of: WebSocketMessage.self)
            let connection = try await WebSocketClient().connect(
                to: "ws://127.0.0.1:\(server.port)/ws",
                on: MultiThreadedEventLoopGroup.singleton.next()
            ) { _, message in inbox.yield(message) }.get()
            try await connection.send(.text("grüezi"))
            var iterator = messages.makeAsyncIterator()
            #expect(await iterator.next() == .text("grüezi"))
            connection.close(code: 4000, reason: "done")
            #expect(try await connection.closed.get() == WebSocketClosure(code: 4000, reason: "done", origin: .local))
        }
    }

    @Test("A refusal reaches our client with its status and body")
    func refusalReachesClient() async throws {
        try await LiveServer.serving { server in
            let connecting = WebSocketClient().connect(
                to: "ws://127.0.0.1:\(server.port)/ws?no",
                on: MultiThreadedEventLoopGroup.singleton.next()
            ) { _, _ in }
            let error = await #expect(throws: WebSocketError.self) { try await connecting.get() }
            guard case .handshakeRefused(401, nil, let body) = error else {
                Issue.record("unexpected \(String(describing: error))")
                return
            }
            #expect(body.contains("unauthenticated"))
        }
    }
}
