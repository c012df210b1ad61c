import Foundation
import NIOHTTP1
import Postgres
import Storage
import StrictJSON
import TestKit
import Testing

@Suite("What is text stays text", .timeLimit(.minutes(5)))
struct InjectionTests {
    private static let password = "correct horse battery staple"

    /// Texts that do something where they are spliced into SQL, a shell, a template, a path, a log or a page.
    static let probes = [
        "' OR '1'='1", "'; DROP TABLE users; --", "1; SELECT pg_sleep(30)--",
        "') UNION SELECT password_hash FROM users--",
        "\"; COPY users TO '/tmp/tradepulse-probe'; --", "$(touch /tmp/tradepulse-probe)",
        "`touch /tmp/tradepulse-probe`",
        "| touch /tmp/tradepulse-probe", "../../../../etc/passwd", "..\\..\\windows\\win.ini", "{{7*7}}", "${7*7}",
        "%s%n%x",
        "<script>alert(1)</script>", "\u{1B}[31mred\u{1B}[0m", "a\r\nSet-Cookie: x=1", "\u{202E}gnp.exe",
        "*)(uid=*))(|(uid=*",
    ]

    @Test("Probes in every text that is kept come back to the letter, and do nothing else", arguments: probes)
    func kept(probe: String) async throws {
        try await serving { api, pool in
            let token = try await Self.register(api, device: probe)
            let sessions = try await api.get("/api/v1/user/sessions", token: token)
            #expect(sessions.json?["items"]?.items?.first?["device"]?["name"]?.text == probe)
            let change = try Self.json(["displayName": probe])
            let named = try await Self.send(api, .PATCH, "/api/v1/user/me", change, token)
            #expect(named.status == 200 && named.json?["displayName"]?.text == probe)
            #expect(named.headers.first(name: "set-cookie") == nil)
            let names = try await pool.query("SELECT display_name FROM users").map {
                try $0.decode("display_name", as: String.self)
            }
            #expect(names == [probe])
            #expect(!FileManager.default.fileExists(atPath: "/tmp/tradepulse-probe"))
        }
    }

    @Test("Probes where something else is meant are refused like any other wrong value", arguments: probes)
    func refused(probe: String) async throws {
        try await serving { api, pool in
            let token = try await Self.register(api, device: "phone")
            let email = try Self.json(["email": probe, "password": Self.password])
            #expect(try await api.post("/api/v1/auth/register", email).status == 422)
            #expect(try await api.post("/api/v1/auth/login", email).status == 401)
            let password = try Self.json(["email": "jane@example.com", "password": probe])
            #expect(try await api.post("/api/v1/auth/login", password).status == 401)
            #expect(try await api.post("/api/v1/auth/verify-email", try Self.json(["token": probe])).status == 422)
            let escaped = try #require(probe.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            for path in [
                "market/ticker/\(escaped)", "market/candles/\(escaped)?interval=\(escaped)",
                "market/tickers?quote=\(escaped)",
            ] {
                #expect([400, 404, 422].contains(try await api.get("/api/v1/" + path, token: token).status))
            }
            let session = try await Self.send(api, .DELETE, "/api/v1/user/sessions/\(escaped)", nil, token)
            #expect([400, 404].contains(session.status))
            #expect(try await pool.query("SELECT 1 FROM users").count == 1)
        }
    }

    private func serving(_ body: @Sendable @escaping (LiveAPI, PostgresPool) async throws -> Void) async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            var options = LiveAPI.Options()
            options.database = pool
            try await LiveAPI.serving(options) { try await body($0, pool) }
        }
    }

    private static func json(_ fields: [String: String]) throws -> String {
        String(decoding: try JSONEncoder().encode(fields), as: UTF8.self)
    }

    private static func register(_ api: LiveAPI, device: String) async throws -> String {
        let name = String(decoding: try JSONEncoder().encode(device), as: UTF8.self)
        let body = #"{"email":"jane@example.com","password":"\#(password)","device":{"name":\#(name)}}"#
        let answer = try await api.post("/api/v1/auth/register", body)
        return try #require(answer.json?["accessToken"]?.text)
    }

    private static func send(
        _ api: LiveAPI,
        _ method: HTTPMethod,
        _ path: String,
        _ body: String?,
        _ token: String
    ) async throws -> APIAnswer {
        let headers: HTTPHeaders = body == nil ? [:] : ["Content-Type": "application/json"]
        return try await api.send(method, path, token: token, headers: headers, body: body)
    }
}
