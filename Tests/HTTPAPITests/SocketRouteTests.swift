import NIOCore
import NIOHTTP1
import NIOPosix
import StrictJSON
import TestKit
import Testing
import WebSockets

@Suite("Opening sockets", .timeLimit(.minutes(2)))
struct SocketRouteTests {
    /// What a handshake came to: the first message and the close code, or the status of the refusal.
    private struct Outcome: Sendable {
        var first: JSONValue?
        var status: Int?
        var retryAfter: Int?
        var body = ""
    }

    private static func open(_ api: LiveAPI, _ path: String = "/ws", origin: String? = nil) async throws -> Outcome {
        let (messages, heard) = AsyncStream.makeStream(of: WebSocketMessage.self)
        do {
            let connection = try await WebSocketClient().connect(
                to: "ws://127.0.0.1:\(api.port)\(path)",
                headers: origin.map { ["Origin": $0] } ?? [:],
                on: MultiThreadedEventLoopGroup.singleton.next()
            ) { _, message in heard.yield(message) }.get()
            connection.closed.whenComplete { _ in heard.finish() }
            connection.sendNow(.text(#"{"type":"ping"}"#))
            var iterator = messages.makeAsyncIterator()
            let message = await iterator.next()
            connection.cut()
            return Outcome(first: message.flatMap { try? JSONParser.parse(Array($0.payload.readableBytesView)) })
        } catch WebSocketError.handshakeRefused(let status, let retryAfter, let body) {
            return Outcome(status: status, retryAfter: retryAfter, body: body)
        }
    }

    @Test("Handshakes count against the address's limit like requests, with a token or without")
    func rateLimit() async throws {
        var options = LiveAPI.Options()
        options.requests = 3
        try await LiveAPI.serving(options) { api in
            #expect(try await Self.open(api).first != nil)
            #expect(try await Self.open(api, "/ws?token=nonsense").status == nil)
            #expect(try await api.get("/api/v1/user/me").header("RateLimit")?.contains("r=0") == true)
            let refused = try await Self.open(api)
            #expect(refused.status == 429)
            #expect(refused.retryAfter == 60)
            #expect(refused.body.contains("\"code\":\"rate_limited\""))
            #expect(try await Self.open(api, "/ws?token=\(try api.token())").status == 429)
            #expect(try await api.get("/api/v1/user/me").status == 429)
            api.clock.advance(milliseconds: 60_000)
            #expect(try await Self.open(api).first != nil)
        }
    }

    @Test("The address that counts is the client's where a trusted proxy speaks")
    func proxiedLimit() async throws {
        var options = LiveAPI.Options()
        options.requests = 1
        options.proxies = ["127.0.0.0/8"]
        try await LiveAPI.serving(options) { api async throws in
            for client in ["192.0.2.1", "192.0.2.2"] {
                let headers: HTTPHeaders = ["X-Forwarded-For": client]
                #expect(try await api.get("/api/v1/user/me", headers: headers).status == 401)
                #expect(try await api.get("/api/v1/user/me", headers: headers).status == 429)
            }
        }
    }

    @Test("Development lets pages of its own address in, and listed ones; Host proves nothing")
    func origins() async throws {
        var options = LiveAPI.Options()
        options.origins = ["https://app.example"]
        try await LiveAPI.serving(options) { api in
            let cases: [(String?, Bool)] = [
                (nil, true), ("https://app.example", true), ("http://127.0.0.1:\(api.port)", true),
                ("http://localhost:\(api.port)", true), ("https://127.0.0.1:\(api.port)", false),
                ("http://127.0.0.1", false), ("http://localhost:\(api.port + 1)", false),
                ("http://evil.example:\(api.port)", false), ("https://app.example.evil.test", false), ("null", false),
                ("", false),
            ]
            for (origin, isAllowed) in cases {
                let outcome = try await Self.open(api, origin: origin)
                #expect(outcome.status == (isAllowed ? nil : 403), "\(origin ?? "none")")
                if !isAllowed { #expect(outcome.body.contains("origin_forbidden")) }
            }
        }
    }

    @Test("An origin that equals Host is not let in for that")
    func rebinding() async throws {
        try await LiveAPI.serving { api in
            let host = "rebound.example:\(api.port)"
            let answer = try await RawRequest.send(
                """
                GET /ws HTTP/1.1\r\nHost: \(host)\r\nOrigin: http://\(host)\r\nUpgrade: websocket\r\n\
                Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                Sec-WebSocket-Version: 13\r\n\r\n
                """,
                port: api.port
            )
            #expect(answer.hasPrefix("HTTP/1.1 403"))
        }
    }

    @Test("Production lets in pages of listed origins alone")
    func productionOrigins() async throws {
        var options = LiveAPI.Options()
        options.isProduction = true
        options.origins = ["https://app.example"]
        try await LiveAPI.serving(options) { api async throws in
            #expect(try await Self.open(api, origin: "https://app.example").status == nil)
            #expect(try await Self.open(api, origin: "http://127.0.0.1:\(api.port)").status == 403)
            #expect(try await Self.open(api, origin: "http://localhost:\(api.port)").status == 403)
        }
    }

    @Test("A ticket opens one socket, once, within thirty seconds, and is in no log")
    func ticket() async throws {
        try await LiveAPI.serving { api in
            #expect(try await api.send(.POST, "/api/v1/ws/ticket").status == 401)
            let token = try api.token()
            let answer = try await api.send(.POST, "/api/v1/ws/ticket", token: token)
            #expect(answer.status == 200)
            #expect(answer.json?["expiresIn"] == .number("30"))
            #expect(answer.header("Cache-Control") == "no-store")
            let ticket = try #require(answer.json?["ticket"]?.text)
            // Whoever has no ticket that is good hears nothing: the close frame comes first.
            #expect(try await Self.firstOfMember(api, "/ws?ticket=\(ticket)") == "welcome")
            #expect(try await Self.firstOfMember(api, "/ws?ticket=\(ticket)") == nil)
            #expect(try await Self.firstOfMember(api, "/ws?ticket=") == nil)
            let late = try await api.send(.POST, "/api/v1/ws/ticket", token: token)
            api.clock.advance(milliseconds: 30_000)
            #expect(try await Self.firstOfMember(api, "/ws?ticket=\(late.json?["ticket"]?.text ?? "")") == nil)
            #expect(try await Self.firstOfMember(api, "/ws?token=\(token)") == "welcome")
            #expect(!api.log.lines.contains { $0.text.contains(ticket) || $0.text.contains(token) })
        }
    }

    /// The type of the first message that comes unasked; nil when the socket is closed instead.
    private static func firstOfMember(_ api: LiveAPI, _ path: String) async throws -> String? {
        let (messages, heard) = AsyncStream.makeStream(of: WebSocketMessage.self)
        let connection = try await WebSocketClient().connect(
            to: "ws://127.0.0.1:\(api.port)\(path)",
            on: MultiThreadedEventLoopGroup.singleton.next()
        ) { _, message in heard.yield(message) }.get()
        connection.closed.whenComplete { _ in heard.finish() }
        for await message in messages {
            connection.cut()
            return try JSONParser.parse(Array(message.payload.readableBytesView))["type"]?.text
        }
        #expect(try await connection.closed.get().code == 4401)
        return nil
    }
}
