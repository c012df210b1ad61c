import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Postgres
import Storage
import StrictJSON
import TestKit
import Testing

@Suite("A refresh whose client gave up, over HTTP", .timeLimit(.minutes(5)))
struct OvertakenRefreshTests {
    private static let password = "correct horse battery staple"
    private static let native: HTTPHeaders = ["X-Client": "native"]

    private struct Scene: Sendable {
        let api: LiveAPI
        let pool: PostgresPool

        func register(_ email: String) async throws -> String {
            let body = #"{"email":"\#(email)","password":"\#(OvertakenRefreshTests.password)"}"#
            let answer = try await api.post("/api/v1/auth/register", body, headers: OvertakenRefreshTests.native)
            return try #require(answer.json?["refreshToken"]?.text)
        }

        func refresh(_ token: String) async throws -> APIAnswer {
            let body = #"{"refreshToken":"\#(token)"}"#
            return try await api.post("/api/v1/auth/refresh", body, headers: OvertakenRefreshTests.native)
        }

        /// What the requests above look like on the wire.
        func text(_ token: String, closes: Bool) -> String {
            let body = #"{"refreshToken":"\#(token)"}"#
            return """
                POST /api/v1/auth/refresh HTTP/1.1\r\nHost: a\r\nX-Client: native\r\nContent-Type: application/json\r\n\
                Connection: \(closes ? "close" : "keep-alive")\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)
                """
        }

        func number(_ query: PostgresQuery) async throws -> Int {
            try #require(try await pool.query(query).first).decode(at: 0)
        }
    }

    private static func playing(_ body: @Sendable (Scene) async throws -> Void) async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all(), configure: waitForAWhile) { pool in
            var options = LiveAPI.Options()
            options.database = pool
            options.runsClock = true
            try await LiveAPI.serving(options) { try await body(Scene(api: $0, pool: pool)) }
        }
    }

    /// Statements of this database that wait for another's.
    private static let waiting: PostgresQuery =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    /// A request waits as long as the test holds what it waits for, which on a busy machine is long.
    private static func waitForAWhile(_ configuration: inout PostgresConfiguration) {
        configuration.queryTimeout = .seconds(240)
        configuration.statementTimeout = nil
        configuration.idleTransactionTimeout = nil
    }

    @Test("One that was here before its child was used, and is heard after, signs nobody out; one that came after does")
    func overtaken() async throws {
        try await Self.playing { scene in
            let token = try await scene.register("jane@example.com")
            let other = try await scene.register("bob@example.com")
            // Behind a request that waits for the session of Bob's, Jane's waits unheard.
            let (answers, child) = try await scene.pool.withTransaction { connection in
                try await connection.execute(
                    """
                    SELECT 1 FROM sessions JOIN users ON users.id = user_id WHERE email = 'bob@example.com'
                    FOR UPDATE OF sessions
                    """
                )
                let text = scene.text(other, closes: false) + scene.text(token, closes: true)
                let answers = Task { try await RawRequest.send(text, port: scene.api.port) }
                while try await scene.number(Self.waiting) == 0 {}
                let child = try #require(try await scene.refresh(token).json?["refreshToken"]?.text)
                // The kernel's clock of what a connection received has coarse ticks.
                let heardAt = ContinuousClock.now
                while ContinuousClock.now - heardAt < .milliseconds(100) {
                    #expect(try await scene.refresh(token).json?["refreshToken"]?.text == child)
                }
                #expect(try await scene.refresh(child).status == 200)
                return (answers, child)
            }
            let heard = try await answers.value
            #expect(heard.contains("HTTP/1.1 409 Conflict") && heard.contains("refresh_token_overtaken"))
            #expect(try await scene.refresh(child).status == 200)
            #expect(try await scene.number("SELECT count(*) FROM audit_logs WHERE action = 'refresh.reused'") == 0)

            let copy = try await scene.refresh(token)
            #expect(copy.status == 401 && copy.code == "refresh_token_reused")
            #expect(try await scene.refresh(child).code == "refresh_token_invalid")
        }
    }

    @Test("One whose client has hung up before it is heard spends nothing")
    func abandoned() async throws {
        try await Self.playing { scene in
            let token = try await scene.register("jane@example.com")
            let answer = try await Self.sendWithFarewell(scene.text(token, closes: false), port: scene.api.port)
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request"))
            #expect(try await scene.number("SELECT count(*) FROM refresh_tokens") == 1)
            #expect(try await scene.refresh(token).status == 200)
        }
    }

    /// Sends a request and the end of all requests in one packet, so that no server can hear one without the other.
    private static func sendWithFarewell(_ text: String, port: Int) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.tcpOption(.init(rawValue: TCP_CORK)), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await channel.executeThenClose { inbound, _ in
            let socket = channel.channel
            try await socket.eventLoop.flatSubmit {
                socket.writeAndFlush(ByteBuffer(string: text), promise: nil)
                return socket.close(mode: .output)
            }.get()
            var answer = ByteBuffer()
            for try await part in inbound { answer.writeImmutableBuffer(part) }
            return String(buffer: answer)
        }
    }
}
