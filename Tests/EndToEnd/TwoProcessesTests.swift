import APIContract
import NIOCore
import NIOHTTP1
import Postgres
import Storage
import TestKit
import Testing
import WebSockets

@Suite("Two processes on one database", .fewAtOnce, .timeLimit(.minutes(3)))
struct TwoProcessesTests {
    @Test("A session that one process ends loses the socket it has at the other")
    func revoked() async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            let environment = ServerProcess.sharing(pool)
            let (here, there) = (
                try await ServerProcess(environment: environment), try await ServerProcess(environment: environment)
            )
            var phone = TestClient(here)
            let account = RegisterRequest(email: "jane@example.com", password: "correct horse battery")
            phone.token = try await phone.post("/api/v1/auth/register", account).decoded(TokenPair.self).accessToken
            var desk = TestClient(there)
            let login = LoginRequest(email: account.email, password: account.password)
            desk.token = try await desk.post("/api/v1/auth/login", login).decoded(TokenPair.self).accessToken
            var roaming = TestClient(there)
            roaming.token = phone.token
            let revoked = try await TestSocket(roaming)
            let kept = try await TestSocket(desk)
            for socket in [revoked, kept] { _ = try #require(try await socket.first("welcome")) }

            let ended = try await phone.send(.POST, "/api/v1/auth/logout", headers: [:], body: nil)
            #expect(ended.status < 300, "\(ended.text)")
            #expect(try await revoked.closeCode() == 4401)
            kept.send(#"{"type":"ping","id":"still here"}"#)
            #expect(try await kept.first("pong")?["id"] as? String == "still here")
            for server in [here, there] { await server.stop() }
        }
    }
}
