import APIContract
import Foundation
import NIOCore
import NIOHTTP1
import TestKit
import Testing
import WebSockets

@Suite("A market on the screen", .fewAtOnce, .timeLimit(.minutes(2)))
struct MarketOnTheScreenTests {
    private static let server = Task { try await ServerProcess() }

    /// A signed-in client of a server whose market has begun to move.
    private func client() async throws -> TestClient {
        let client = try await TestClient.registered(Self.server.value)
        let socket = try await TestSocket(client)
        socket.send(#"{"type":"subscribe","channels":["tickers"]}"#)
        // The list of a smaller venue may come first.
        var symbols: Set<String> = []
        while symbols.count < 300 || !symbols.contains("BTCUSDT") {
            symbols.insert(try #require(try await socket.first("ticker")?["symbol"] as? String))
        }
        socket.connection.close()
        return client
    }

    @Test("Whoever registers can sign in, and is who they say")
    func accounts() async throws {
        var client = TestClient(try await Self.server.value)
        let email = "Trader\(UInt32.random(in: 0 ... .max))@Example.com"
        let registered = try await client.post(
            "/api/v1/auth/register",
            RegisterRequest(email: email, password: "correct horse battery")
        )
        #expect(registered.status == 201)
        #expect(try registered.decoded(TokenPair.self).user.email == email.lowercased())
        let login = try await client.post(
            "/api/v1/auth/login",
            LoginRequest(email: email.uppercased(), password: "correct horse battery")
        )
        #expect(login.status == 200)
        client.token = try login.decoded(TokenPair.self).accessToken
        let me = try await client.get("/api/v1/user/me").decoded(UserProfile.self)
        #expect(me.email == email.lowercased() && me.subscription == "free")
        let again = try await client.post(
            "/api/v1/auth/register",
            RegisterRequest(email: email, password: "correct horse battery")
        )
        #expect(again.status == 409)
        let wrong = try await client.post(
            "/api/v1/auth/login",
            LoginRequest(email: email, password: "wrong horse battery")
        )
        let unknown = try await client.post(
            "/api/v1/auth/login",
            LoginRequest(email: "no" + email, password: "wrong horse battery")
        )
        #expect(wrong.status == 401 && unknown.status == 401)
        #expect(
            try wrong.decoded(ProblemDetails.self).detail == unknown.decoded(ProblemDetails.self).detail
        )
    }

    @Test("The tickers are there, in the shape of the contract, and marked as simulated")
    func tickers() async throws {
        let client = try await client()
        let page = try await client.get("/api/v1/market/tickers").decoded(TickerPageView.self)
        #expect(page.items.count >= 300)
        let bitcoin = try #require(page.items.first { $0.symbol == "BTCUSDT" })
        #expect(bitcoin.base == "BTC" && bitcoin.quote == "USDT" && !bitcoin.stale)
        #expect(Decimal(string: bitcoin.price) ?? 0 > 0)
        let alone = try await client.get("/api/v1/market/ticker/BTCUSDT").decoded(TickerView.self)
        #expect(alone.symbol == "BTCUSDT")
        let quoted = try await client.get("/api/v1/market/tickers?quote=BTC&sort=symbol").decoded(TickerPageView.self)
        #expect(!quoted.items.isEmpty && quoted.items.allSatisfy { $0.quote == "BTC" })
        #expect(quoted.items.map(\.symbol) == quoted.items.map(\.symbol).sorted())
        // Tickers come over REST before the first socket is live.
        var state: String?
        while state == nil || state == "down" {
            let venues = try await client.get("/api/v1/market/exchanges").decoded([ExchangeStateView].self)
            state = try #require(venues.first { $0.exchange == "binance" }).state
        }
        #expect(state == "simulated")
    }

    @Test("A reader who has the newest list is told so in 304, and gzip is given to whoever takes it")
    func caching() async throws {
        let client = try await client()
        let documents = try await client.get("/openapi.yaml")
        let tag = try #require(documents.headers.first(name: "etag"))
        #expect(try await client.get("/openapi.yaml", headers: ["if-none-match": tag]).status == 304)
        // The client unpacks by itself; the length is that of what was sent.
        let packed = try await client.get("/openapi.yaml", headers: ["accept-encoding": "gzip"])
        #expect(packed.headers.first(name: "content-encoding") == "gzip")
        #expect(packed.text == documents.text)
        let sent = try #require(packed.headers.first(name: "content-length").flatMap { Int($0) })
        #expect(sent * 3 < documents.body.readableBytes)
        let weak = try #require(packed.headers.first(name: "etag"))
        #expect(try await client.get("/openapi.yaml", headers: ["if-none-match": weak]).status == 304)
        #expect(try await client.get("/api/v1/market/tickers").headers.first(name: "etag") != nil)
    }

    @Test(
        "Candles of every interval come oldest first, on their grid, the last one open",
        arguments: [
            ("1m", 60_000), ("5m", 300_000), ("15m", 900_000), ("1h", 3_600_000), ("4h", 14_400_000),
            ("1d", 86_400_000),
        ]
    )
    func candles(interval: String, length: Int64) async throws {
        let client = try await client()
        func ask() async throws -> CandlePageView {
            try await client.get("/api/v1/market/candles/BTCUSDT?interval=\(interval)&limit=20")
                .decoded(CandlePageView.self)
        }
        var page = try await ask()
        #expect(page.symbol == "BTCUSDT" && page.exchange == "binance" && page.interval == interval)
        #expect(!page.items.isEmpty)
        let offsets = page.items.map { $0.openTime % length }
        #expect(Set(offsets) == [0])
        #expect(zip(page.items, page.items.dropFirst()).allSatisfy { $0.openTime < $1.openTime })
        let areClosed = page.items.dropLast(2).map(\.closed)
        #expect(!areClosed.contains(false))
        // One that has just ended is open until the venue has said how: asked again as often as the market moves, for an
        // account has so many requests a minute.
        let socket = try await TestSocket(client)
        socket.send(#"{"type":"subscribe","channels":["tickers"],"symbols":["BTCUSDT"]}"#)
        while !page.items.dropLast().allSatisfy(\.closed) {
            _ = try #require(try await socket.first("ticker"))
            page = try await ask()
        }
    }

    @Test("A subscriber gets the newest of every symbol at once, and only its own symbols when it names them")
    func socket() async throws {
        let client = try await client()
        let socket = try await TestSocket(client)
        let welcome = try #require(try await socket.first("welcome"))
        #expect(welcome["state"] as? String == "simulated")
        socket.send(#"{"type":"subscribe","channels":["tickers"],"symbols":["ETHUSDT"]}"#)
        _ = try #require(try await socket.first("subscribed"))
        for _ in 0..<5 {
            let ticker = try #require(try await socket.first("ticker"))
            #expect(ticker["symbol"] as? String == "ETHUSDT")
            #expect((ticker["price"] as? String).flatMap { Decimal(string: $0) } ?? 0 > 0)
        }
        socket.send(#"{"type":"unsubscribe","channels":["tickers"]}"#)
        _ = try #require(try await socket.first("unsubscribed"))
        socket.send(#"{"type":"ping","id":"x"}"#)
        #expect(try await socket.first("pong")?["id"] as? String == "x")
        socket.connection.close()
        #expect(try await socket.closeCode() == 1000)
    }

    @Test(
        "A socket is closed with the code that says why",
        arguments: [
            ("not json", UInt16(4400)), ("[]", 4400), (#"{"type":"dance"}"#, 4400),
            (#"{"type":"ping","type":"ping"}"#, 4400),
            (#"{"type":"auth","token":"forged"}"#, 4401),
        ]
    )
    func closing(message: String, code: UInt16) async throws {
        let socket = try await TestSocket(try await client())
        _ = try #require(try await socket.first("welcome"))
        socket.send(message)
        #expect(try await socket.closeCode() == code)
    }

    @Test(
        "A socket may say something wrong and live",
        arguments: [
            (#"{"type":"subscribe","channels":["gossip"]}"#, "channel_unknown"),
            (#"{"type":"subscribe","channels":["tickers"],"symbols":["NOPE"]}"#, "symbol_unknown"),
            (#"{"type":"subscribe","channels":[]}"#, "field_invalid"),
            (#"{"type":"subscribe","channels":["tickers"],"x":1}"#, "unknown_field"),
        ]
    )
    func socketErrors(message: String, code: String) async throws {
        let socket = try await TestSocket(try await client())
        socket.send(message)
        #expect(try await socket.first("error")?["code"] as? String == code)
        socket.send(#"{"type":"ping"}"#)
        #expect(try await socket.first("pong") != nil)
    }

    @Test("No token, a wrong token, a flood and a page of another site open nothing")
    func socketStrangers() async throws {
        let client = try await client()
        var stranger = client
        stranger.token = nil
        let wrong = try await TestSocket(stranger, path: "/ws?token=nonsense")
        #expect(try await wrong.closeCode() == 4401)
        let silent = try await TestSocket(stranger)
        silent.send(#"{"type":"subscribe","channels":["tickers"]}"#)
        #expect(try await silent.first("error")?["code"] as? String == "authentication_required")
        #expect(try await silent.closeCode() == 4401)
        await #expect(throws: (any Error).self) { try await TestSocket(client, origin: "https://evil.example") }
        let own = try await TestSocket(client, origin: client.address)
        _ = try #require(try await own.first("welcome"))
        for _ in 0..<100 { own.send(#"{"type":"ping"}"#) }
        #expect(try await own.closeCode() == 4429)
    }
}
