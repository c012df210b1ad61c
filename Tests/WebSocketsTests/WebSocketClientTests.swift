import NIOCore
import NIOPosix
import NIOSSL
import Testing
import WebSockets

@Suite("The client half", .timeLimit(.minutes(2)))
struct WebSocketClientTests {
    private static var loop: any EventLoop { MultiThreadedEventLoopGroup.singleton.next() }

    /// Connects, and collects messages into a stream.
    private static func open(
        _ url: String,
        limits: WebSocketLimits = WebSocketLimits(heartbeatInterval: nil),
        tls: TLSConfiguration = .makeClientConfiguration()
    ) async throws -> (WebSocketConnection, AsyncStream<WebSocketMessage>) {
        let (messages, inbox) = AsyncStream.makeStream(of: WebSocketMessage.self)
        let client = WebSocketClient(limits: limits, handshakeDeadline: .seconds(10), tls: tls)
        let connection = try await client.connect(to: url, on: loop) { _, message in inbox.yield(message) }.get()
        return (connection, messages)
    }

    @Test("Texts and bytes come back as they went, in order")
    func echoes() async throws {
        try await HandshakeServer.serving { server in
            let (connection, messages) = try await Self.open("ws://127.0.0.1:\(server.port)/ws?a=b")
            let sent: [WebSocketMessage] = [
                .text(""), .text("grüezi 🙂"), .binary(ByteBuffer(bytes: [0, 255])),
                .text(String(repeating: "a", count: 126)),
                .binary(ByteBuffer(repeating: 7, count: 65_536)),
            ]
            for message in sent { try await connection.send(message) }
            var iterator = messages.makeAsyncIterator()
            for message in sent { #expect(await iterator.next() == message) }
            connection.close(code: 1000, reason: "bye")
            #expect(try await connection.closed.get() == WebSocketClosure(code: 1000, reason: "bye", origin: .local))
            await #expect(throws: (any Error).self) { try await connection.send(.text("late")) }
        }
    }

    @Test("A venue's frame of several MB arrives, and one past the limit is refused with 1009")
    func large() async throws {
        let message = PreparedFrame.text(ByteBuffer(repeating: 0x61, count: 5 << 20))
        try await HandshakeServer.serving(configure: {
            $0.writeAndFlush(WebSocketOutput.prepared(message), promise: nil)
        }) {
            server in
            let (_, messages) = try await Self.open("ws://127.0.0.1:\(server.port)", limits: .venue)
            var iterator = messages.makeAsyncIterator()
            #expect(await iterator.next()?.payload.readableBytes == 5 << 20)
            let small = WebSocketLimits(maxFrameBytes: 1 << 20, heartbeatInterval: nil)
            let (connection, _) = try await Self.open("ws://127.0.0.1:\(server.port)", limits: small)
            let closure = try await connection.closed.get()
            #expect(closure == WebSocketClosure(code: 1009, reason: "frame too large", origin: .local))
        }
    }

    @Test("Frames that come in the same packet as the 101 are not lost")
    func framesBehindHandshake() async throws {
        let bytes = Wire.plain(0x01, Array("ear".utf8)) + Wire.plain(0x80, Array("ly".utf8))
        try await HandshakeServer.serving(bytesAfter: bytes) { server in
            let (_, messages) = try await Self.open("ws://127.0.0.1:\(server.port)")
            var iterator = messages.makeAsyncIterator()
            #expect(await iterator.next() == .text("early"))
        }
    }

    @Test(
        "A server that breaks the protocol is told and left",
        arguments: [
            (Wire.masked(0x81, [0x61]), UInt16(1002)), (Wire.plain(0x83), UInt16(1002)),
            (Wire.plain(0x81, [0xFF]), UInt16(1007)),
        ]
    )
    func badServer(bytes: [UInt8], code: UInt16) async throws {
        try await HandshakeServer.serving(bytesAfter: bytes) { server in
            let limits = WebSocketLimits(heartbeatInterval: nil, closeDeadline: .milliseconds(100))
            let (connection, _) = try await Self.open("ws://127.0.0.1:\(server.port)", limits: limits)
            let closure = try await connection.closed.get()
            #expect(closure.code == code)
            #expect(closure.origin == .local)
        }
    }

    @Test("The server's close arrives with its code and reason")
    func serverCloses() async throws {
        try await HandshakeServer.serving(configure: {
            $0.writeAndFlush(WebSocketOutput.close(code: 1012, reason: "retry in 2 s"), promise: nil)
        }) { server in
            let (connection, _) = try await Self.open("ws://127.0.0.1:\(server.port)")
            let closure = try await connection.closed.get()
            #expect(closure == WebSocketClosure(code: 1012, reason: "retry in 2 s", origin: .peer))
        }
    }

    @Test("A connection that breaks is 1006, a silent server is noticed")
    func breaks() async throws {
        try await HandshakeServer.serving(configure: { $0.close(promise: nil) }) { server in
            let (connection, _) = try await Self.open("ws://127.0.0.1:\(server.port)")
            #expect(try await connection.closed.get() == WebSocketClosure(code: 1006, reason: "", origin: .transport))
        }
        try await HandshakeServer.serving(bytesAfter: []) { server in
            let limits = WebSocketLimits(heartbeatInterval: .milliseconds(50), heartbeatDeadline: .milliseconds(50))
            let (connection, _) = try await Self.open("ws://127.0.0.1:\(server.port)", limits: limits)
            #expect(try await connection.closed.get().reason == "heartbeat missed")
        }
    }

    @Test(
        "A 101 that does not fit our request is no handshake",
        arguments: [
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
            "Upgrade: websocket\r\nConnection: Upgrade\r\n",
            "Upgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n",
            "Upgrade: websocket\r\nConnection: keep-alive\r\nSec-WebSocket-Accept: ACCEPT\r\n",
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\nSec-WebSocket-Extensions: x\r\n",
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\nSec-WebSocket-Protocol: x\r\n",
        ]
    )
    func invalidHandshake(headers: String) async throws {
        let answer: HandshakeServer.Answer = { accept, _ in
            "HTTP/1.1 101 Switching Protocols\r\n\(headers.replacing("ACCEPT", with: accept))\r\n"
        }
        try await HandshakeServer.serving(answer: answer) { server in
            await #expect(throws: WebSocketError.handshakeInvalid) {
                try await Self.open("ws://127.0.0.1:\(server.port)")
            }
        }
    }

    @Test("A refusal tells status, Retry-After and the start of the body, however it ends")
    func refused() async throws {
        let answers: [(String, WebSocketError)] = [
            (
                "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\nContent-Length: 4\r\n\r\nslow",
                .handshakeRefused(status: 429, retryAfterSeconds: 30, body: "slow")
            ),
            ("HTTP/1.1 403 Forbidden\r\n\r\nno", .handshakeRefused(status: 403, retryAfterSeconds: nil, body: "no")),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + String(repeating: "a", count: 5000),
                .handshakeRefused(status: 200, retryAfterSeconds: nil, body: String(repeating: "a", count: 1024))
            ),
            ("", .handshakeCut),
        ]
        for (text, error) in answers {
            try await HandshakeServer.serving(answer: { _, _ in text }) { server in
                await #expect(throws: error) { try await Self.open("ws://127.0.0.1:\(server.port)") }
            }
        }
    }

    @Test("A server that never answers, and one that is not there")
    func unreachable() async throws {
        try await HandshakeServer.serving(answer: { _, _ in nil }) { server in
            let client = WebSocketClient(handshakeDeadline: .milliseconds(100))
            await #expect(throws: WebSocketError.handshakeTimedOut) {
                try await client.connect(to: "ws://127.0.0.1:\(server.port)", on: Self.loop) { _, _ in }.get()
            }
        }
        await #expect(throws: NIOConnectionError.self) { try await Self.open("ws://127.0.0.1:1") }
        await #expect(throws: WebSocketError.addressInvalid("nonsense")) { try await Self.open("nonsense") }
    }

    @Test(
        "wss: the right certificate is accepted, and a stranger's or another host's is not",
        .enabled(if: Certificate.openSSL != nil, "needs the openssl command to make a certificate")
    )
    func tls() async throws {
        let certificate = try await Certificate.make()
        try await HandshakeServer.serving(tls: certificate.server) { server in
            var trusting = TLSConfiguration.makeClientConfiguration()
            trusting.trustRoots = .certificates(certificate.authority)
            let (connection, messages) = try await Self.open("wss://localhost:\(server.port)", tls: trusting)
            try await connection.send(.text("secret"))
            var iterator = messages.makeAsyncIterator()
            #expect(await iterator.next() == .text("secret"))
            connection.close()
            #expect(try await connection.closed.get().code == 1000)

            await #expect(throws: (any Error).self) { try await Self.open("wss://localhost:\(server.port)") }
            await #expect(throws: (any Error).self) {
                try await Self.open("wss://127.0.0.1:\(server.port)", tls: trusting)
            }
        }
    }
}
