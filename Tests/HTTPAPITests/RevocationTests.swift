import Accounts
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Postgres
import Storage
import StrictJSON
import Synchronization
import TestKit
import Testing
import WebSockets

@Suite("Whoever is shut out is out in every process within a second", .timeLimit(.minutes(5)))
struct RevocationTests {
    /// A socket that was let in, and how it ended.
    private struct Socket: Sendable {
        let closure: EventLoopFuture<WebSocketClosure>

        static func open(_ api: LiveAPI, token: String) async throws -> Socket {
            let (messages, heard) = AsyncStream.makeStream(of: WebSocketMessage.self)
            let connection = try await WebSocketClient().connect(
                to: "ws://127.0.0.1:\(api.port)/ws",
                headers: ["Authorization": "Bearer \(token)"],
                on: MultiThreadedEventLoopGroup.singleton.next()
            ) { _, message in heard.yield(message) }.get()
            connection.closed.whenComplete { _ in heard.finish() }
            var iterator = messages.makeAsyncIterator()
            let first = try #require(await iterator.next())
            #expect(try JSONParser.parse(Array(first.payload.readableBytesView))["type"]?.text == "welcome")
            return Socket(closure: connection.closed)
        }
    }

    /// Jane, signed in on two devices with one process, with a socket of each at two.
    private struct Scene: Sendable {
        let pool: PostgresPool
        let here: LiveAPI
        let there: LiveAPI
        /// The other process's look, which a timer takes more often than once a second.
        let watch: StandingWatch
        let phone: APIAnswer
        let laptop: APIAnswer
        let sockets: [Socket]

        func token(_ answer: APIAnswer) throws -> String { try #require(answer.json?["accessToken"]?.text) }
    }

    private static let credentials = #"{"email":"jane@example.com","password":"correct horse battery staple"}"#
    private static let native: HTTPHeaders = ["X-Client": "native"]

    private static func playing(_ body: @Sendable @escaping (Scene) async throws -> Void) async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            var options = LiveAPI.Options()
            options.database = pool
            let both = options
            try await LiveAPI.serving(both) { here in
                try await LiveAPI.serving(both) { there in try await body(try await scene(pool, here, there)) }
            }
        }
    }

    private static func scene(_ pool: PostgresPool, _ here: LiveAPI, _ there: LiveAPI) async throws -> Scene {
        let watch = StandingWatch(
            feed: .postgres(pool),
            sessions: there.accounts.sessions,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await watch.look()
        let phone = try await here.post("/api/v1/auth/register", credentials, headers: native)
        let laptop = try await here.post("/api/v1/auth/login", credentials, headers: native)
        let tokens = try [phone, laptop].map { try #require($0.json?["accessToken"]?.text) }
        return Scene(
            pool: pool,
            here: here,
            there: there,
            watch: watch,
            phone: phone,
            laptop: laptop,
            sockets: [
                try await Socket.open(here, token: tokens[0]), try await Socket.open(there, token: tokens[0]),
                try await Socket.open(there, token: tokens[1]),
            ]
        )
    }

    /// How an account is shut out, and what its sockets and requests are told.
    private enum Way: String, CaseIterable, CustomTestStringConvertible {
        case logout, endedFromLaptop, reuse, passwordChanged, blocked, erased
        var testDescription: String { rawValue }
        var code: UInt16 { self == .blocked ? 4403 : 4401 }
        var status: Int { self == .blocked ? 403 : 401 }
    }

    @Test("REST and sockets of the phone end in both processes", arguments: Way.allCases)
    private func shutOut(way: Way) async throws {
        try await Self.playing { scene in
            let token = try scene.token(scene.phone)
            #expect(try await scene.there.get("/api/v1/user/me", token: token).status == 200)
            try await Self.perform(way, in: scene)
            // The process that did it need not look anywhere, unless somebody else's SQL did it.
            if way != .blocked, way != .erased {
                #expect(try await scene.sockets[0].closure.get().code == way.code)
                #expect(try await scene.here.get("/api/v1/user/me", token: token).status == way.status)
            }
            try await scene.watch.look()
            #expect(try await scene.sockets[1].closure.get().code == way.code)
            // No clock has moved: what the other process remembered for a second is forgotten with the look.
            #expect(try await scene.there.get("/api/v1/user/me", token: token).status == way.status)
            let laptop = try await scene.there.get("/api/v1/user/me", token: try scene.token(scene.laptop))
            switch way {
            case .logout, .endedFromLaptop, .reuse, .passwordChanged: #expect(laptop.status == 200)
            case .blocked, .erased:
                #expect(laptop.status == way.status)
                #expect(try await scene.sockets[2].closure.get().code == way.code)
            }
        }
    }

    private static func perform(_ way: Way, in scene: Scene) async throws {
        let refresh = try #require(scene.phone.json?["refreshToken"]?.text)
        let body = #"{"refreshToken":"\#(refresh)"}"#
        switch way {
        case .logout:
            #expect(try await scene.here.post("/api/v1/auth/logout", body, headers: native).status == 204)
        case .endedFromLaptop:
            let laptop = try scene.token(scene.laptop)
            let list = try await scene.here.get("/api/v1/user/sessions", token: laptop)
            let other = list.json?["items"]?.items?.first { $0["current"] == .boolean(false) }
            let id = try #require(other?["id"]?.text)
            let path = "/api/v1/user/sessions/\(id)"
            #expect(try await scene.here.send(.DELETE, path, token: laptop).status == 204)
        case .reuse:
            let child = try await scene.here.post("/api/v1/auth/refresh", body, headers: native)
            let next = #"{"refreshToken":"\#(child.json?["refreshToken"]?.text ?? "")"}"#
            #expect(try await scene.here.post("/api/v1/auth/refresh", next, headers: native).status == 200)
            // Requests take time, which this clock does not know of: none that comes now was here before that use.
            scene.here.clock.advance(milliseconds: 600_000)
            #expect(try await scene.here.post("/api/v1/auth/refresh", body, headers: native).status == 401)
        case .passwordChanged:
            let laptop = try await scene.here.accounts.authenticate(try scene.token(scene.laptop))
            try await scene.here.accounts.sessions.endAll(
                of: laptop.userID,
                except: laptop.sessionID,
                because: .passwordChanged,
                from: RequestOrigin(address: "127.0.0.1", userAgent: nil)
            )
        case .blocked: try await scene.pool.execute("UPDATE users SET is_blocked = true")
        case .erased: try await scene.pool.execute("DELETE FROM users")
        }
    }

    @Test("A token from before the end opens no socket after it, and a socket that another renews stays the user's")
    func lateSockets() async throws {
        try await Self.playing { scene in
            let token = try scene.token(scene.phone)
            let laptop = try scene.token(scene.laptop)
            try await Self.perform(.logout, in: scene)
            try await scene.watch.look()
            for api in [scene.here, scene.there] {
                let path = "/api/v1/ws/ticket"
                #expect(try await api.send(.POST, path, token: token).status == 401)
                #expect(try await api.send(.POST, path, token: laptop).status == 200)
            }
        }
    }
}
