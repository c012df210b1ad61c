import Accounts
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Storage
import StrictJSON
import TestKit
import Testing

@Suite("Requests with an Idempotency-Key", .timeLimit(.minutes(5)))
struct IdempotencyTests {
    private static let path = "/api/v1/ws/ticket"

    /// A signed-in user of a server on a real database.
    private struct User: Sendable {
        let api: LiveAPI
        let pool: PostgresPool
        let token: String

        func post(_ key: String, path: String = path, token: String? = nil) async throws -> APIAnswer {
            try await api.send(.POST, path, token: token ?? self.token, headers: ["Idempotency-Key": key])
        }
    }

    private static func serving(_ body: @Sendable @escaping (User) async throws -> Void) async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            var options = LiveAPI.Options()
            options.database = pool
            try await LiveAPI.serving(options) { api in
                try await body(User(api: api, pool: pool, token: try await signUp("jane", at: api)))
            }
        }
    }

    private static func signUp(_ name: String, at api: LiveAPI) async throws -> String {
        let body = #"{"email":"\#(name)@example.com","password":"correct horse battery staple"}"#
        let answer = try await api.post("/api/v1/auth/register", body)
        return try #require(answer.json?["accessToken"]?.text)
    }

    @Test("The same request gets the first answer again, said to be one, and another key another answer")
    func replay() async throws {
        try await Self.serving { user in
            let first = try await user.post("k-1")
            let again = try await user.post("k-1")
            let other = try await user.post("k-2")
            #expect(first.status == 200 && again.status == 200 && other.status == 200)
            #expect(again.body == first.body && other.body != first.body)
            #expect(first.header("Idempotency-Replayed") == nil && again.header("Idempotency-Replayed") == "true")
            #expect(again.header("Content-Type") == "application/json" && again.header("Cache-Control") == "no-store")
            #expect(again.header("X-Request-Id") != first.header("X-Request-Id"))
        }
    }

    @Test("Another request under the same key is refused by name, and another user's keys are their own")
    func reused() async throws {
        try await Self.serving { user in
            let first = try await user.post("k-1")
            for path in [Self.path + "?x=1", Self.path + "?"] {
                let answer = try await user.post("k-1", path: path)
                #expect(answer.status == 422 && answer.code == "idempotency_key_reused", "\(path)")
            }
            let body = try await user.api.send(
                .POST,
                Self.path,
                token: user.token,
                headers: ["Idempotency-Key": "k-1"],
                body: "{}"
            )
            #expect(body.status == 422)
            let eve = try await user.post("k-1", token: try await Self.signUp("eve", at: user.api))
            #expect(eve.status == 200 && eve.body != first.body)
        }
    }

    @Test("Of twenty at once one takes effect; the others get its answer or are asked to come back")
    func parallel() async throws {
        try await Self.serving { user in
            let answers = try await withThrowingTaskGroup(of: APIAnswer.self) { group in
                for _ in 0..<20 { group.addTask { try await user.post("k-1") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let done = answers.filter { $0.status == 200 }
            #expect(Set(done.map(\.body)).count == 1)
            #expect(done.filter { $0.header("Idempotency-Replayed") == nil }.count == 1)
            for busy in answers where busy.status != 200 {
                #expect(busy.status == 409 && busy.code == "idempotency_key_in_use")
                #expect(busy.header("Retry-After") == "1")
            }
            #expect(try await user.post("k-1").body == done.first?.body)
        }
    }

    @Test(
        "A key that is none is refused",
        arguments: ["", " ", "two words", "caf\u{E9}", String(repeating: "k", count: 129)]
    )
    func malformed(key: String) async throws {
        try await Self.serving { user async throws in
            #expect(try await user.post(key).status == 400)
            let longest = String(repeating: "k", count: 128)
            #expect(try await user.post(longest).status == 200)
        }
    }

    @Test("Two keys are none")
    func doubled() async throws {
        try await Self.serving { user in
            let headers: HTTPHeaders = ["Idempotency-Key": "a", "idempotency-key": "b"]
            let answer = try await user.api.send(.POST, Self.path, token: user.token, headers: headers)
            #expect(answer.status == 400)
        }
    }

    @Test("A day later the key is free again")
    func expiry() async throws {
        try await Self.serving { user in
            let first = try await user.post("k-1")
            user.api.clock.advance(milliseconds: 86_400_000)
            let login = #"{"email":"jane@example.com","password":"correct horse battery staple"}"#
            let answer = try await user.api.post("/api/v1/auth/login", login)
            let second = try await user.post("k-1", token: answer.json?["accessToken"]?.text)
            #expect(second.status == 200 && second.body != first.body)
            #expect(second.header("Idempotency-Replayed") == nil)
        }
    }

    @Test("An attempt whose process died holds its key for a minute, and then gives way to the same request alone")
    func abandoned() async throws {
        try await Self.serving { user in
            _ = try await user.post("k-1")
            try await user.pool.execute(
                "UPDATE idempotency_keys SET status = NULL, sealed_body = NULL, content_type = NULL"
            )
            #expect(try await user.post("k-1").code == "idempotency_key_in_use")
            user.api.clock.advance(milliseconds: 60_000)
            #expect(try await user.post("k-1", path: Self.path + "?x=1").code == "idempotency_key_reused")
            let answer = try await user.post("k-1")
            #expect(answer.status == 200 && answer.header("Idempotency-Replayed") == nil)
        }
    }

    @Test("Kept answers cannot be read in the database, and are a thousand per user at most")
    func kept() async throws {
        try await Self.serving { user in
            let ticket = try #require(try await user.post("k-1").json?["ticket"]?.text)
            let row = try await user.pool.query("SELECT idempotency_keys::text AS line FROM idempotency_keys").first
            let line = try #require(row).decode("line", as: String.self)
            #expect(line.contains("k-1") && !line.contains(ticket))
            try await user.pool.execute(
                """
                INSERT INTO idempotency_keys (user_id, key, fingerprint, attempt, held_until, created_at, expires_at)
                SELECT user_id, 'n' || number, fingerprint, attempt, held_until, created_at + interval '1 second', expires_at
                FROM idempotency_keys, generate_series(1, 1000) AS number
                """
            )
            user.api.clock.advance(milliseconds: 2_000)
            #expect(try await user.post("k-2").status == 200)
            let count = try await user.pool.query("SELECT count(*) FROM idempotency_keys").first
            #expect(try count?.decode(at: 0, as: Int.self) == 1_000)
            #expect(try await user.post("k-1").header("Idempotency-Replayed") == nil)
        }
    }
}
