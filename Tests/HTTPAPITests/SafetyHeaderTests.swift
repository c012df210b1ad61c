import NIOHTTP1
import Postgres
import Storage
import StrictJSON
import TestKit
import Testing

@Suite("Headers that keep a browser safe", .timeLimit(.minutes(2)))
struct SafetyHeaderTests {
    @Test(
        "In production every answer asks for TLS for two years, whatever its status",
        arguments: [
            ("/health/live", 200), ("/api/v1/user/me", 401), ("/nothing", 404), ("/api/v1/auth/login", 405),
            ("/%00", 400),
        ]
    )
    func transport(path: String, status: Int) async throws {
        var options = LiveAPI.Options()
        options.isProduction = true
        try await LiveAPI.serving(options) { api in
            let answer = try await api.get(path)
            #expect(answer.status == status)
            #expect(answer.header("Strict-Transport-Security") == "max-age=63072000; includeSubDomains")
        }
    }

    @Test("In development nothing is asked that plain HTTP could not keep")
    func development() async throws {
        try await LiveAPI.serving { api in
            let answer = try await api.get("/health/live")
            #expect(answer.header("Strict-Transport-Security") == nil)
        }
    }

    @Test(
        "What concerns one account is kept by nobody, neither the answer nor the refusal",
        arguments: ["/api/v1/user/me", "/api/v1/user/me/export", "/api/v1/user/sessions"]
    )
    func privacy(path: String) async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            var options = LiveAPI.Options()
            options.database = pool
            try await LiveAPI.serving(options) { api in
                let body = #"{"email":"jane@example.com","password":"correct horse battery staple"}"#
                let registered = try await api.post("/api/v1/auth/register", body)
                #expect(registered.header("Cache-Control") == "no-store")
                let token = registered.json?["accessToken"]?.text
                let answer = try await api.get(path, token: token)
                #expect(answer.status == 200 && answer.header("Cache-Control") == "no-store")
                let refusal = try await api.get(path)
                #expect(refusal.status == 401 && refusal.header("Cache-Control") == "no-store")
            }
        }
    }
}
