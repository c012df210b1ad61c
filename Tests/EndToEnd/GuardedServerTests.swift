import APIContract
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Postgres
import TestKit
import Testing

@Suite("A guarded server", .fewAtOnce, .serialized, .timeLimit(.minutes(5)))
struct GuardedServerTests {
    /// Behind a proxy on loopback, so that a test can come from any address.
    private static let environment = ["TRUSTED_PROXIES": "127.0.0.1", "MARKET_SYMBOLS": "1", "MARKET_BOOKS": "0"]

    private static func answer(
        _ client: TestClient,
        _ method: HTTPMethod,
        _ path: String,
        from address: String,
        _ body: String? = nil
    ) async throws -> TestClient.Answer {
        var headers: HTTPHeaders = ["x-forwarded-for": address]
        if body != nil { headers.add(name: "content-type", value: "application/json") }
        return try await client.send(method, path, headers: headers, body: body.map { ByteBuffer(string: $0) })
    }

    private static func guess(_ client: TestClient, from address: String) async throws -> TestClient.Answer {
        let body = #"{"email":"jane@example.com","password":"wrong wrong wrong"}"#
        return try await answer(client, .POST, "/api/v1/auth/login", from: address, body)
    }

    /// A pool on the server's own cluster as its superuser, who may do what the program may not.
    static func withPool<T>(
        of server: ServerProcess,
        _ body: (PostgresPool) async throws -> sending T
    ) async throws -> sending T {
        let configuration = PostgresConfiguration(
            socketDirectory: server.socketDirectory,
            user: "postgres",
            database: PrivateCluster.database
        )
        let pool = PostgresPool(configuration: configuration, logger: Logger(label: "test"))
        let answer = try await body(pool)
        await pool.close()
        return answer
    }

    private static func tamper(_ server: ServerProcess, _ statements: [String]) async throws {
        try await withPool(of: server) { pool in
            try await pool.execute("ALTER TABLE audit_logs DISABLE TRIGGER USER")
            for statement in statements { try await pool.execute(PostgresQuery(unescaped: statement)) }
            try await pool.execute("ALTER TABLE audit_logs ENABLE TRIGGER USER")
        }
    }

    /// Asks again until the answer is this one: a second process has told the server something.
    private static func eventually(_ status: Int, _ ask: () async throws -> TestClient.Answer) async throws {
        while try await ask().status != status {}
    }

    @Test("A ban outlives the server, and an operator beside it lists it, lifts it and makes another")
    func bans() async throws {
        let first = try await ServerProcess(environment: Self.environment)
        for _ in 0..<5 { #expect(try await Self.guess(TestClient(first), from: "203.0.113.9").status == 401) }
        #expect(try await Self.guess(TestClient(first), from: "203.0.113.9").status == 403)
        await first.stop()

        let server = try await ServerProcess(environment: Self.environment, dataDirectory: first.dataDirectory)
        let client = TestClient(server)
        let banned = try await Self.guess(client, from: "203.0.113.9")
        #expect(try banned.decoded(ProblemDetails.self).code == "ip_blocked")
        #expect(banned.headers.first(name: "retry-after").flatMap { Int($0) } ?? 0 > 0)

        let list = try await Command(["admin", "bans"], beside: server)
        #expect(
            list.status == 0 && list.output.hasPrefix("203.0.113.9/32  ") && list.output.contains("failed sign-ins")
        )
        #expect(try await Command(["admin", "unban", "203.0.113.9"], beside: server).status == 0)
        try await Self.eventually(401) { try await Self.guess(client, from: "203.0.113.9") }
        #expect(try await Command(["admin", "unban", "203.0.113.9"], beside: server).status != 0)

        let ban = try await Command(
            ["admin", "ban", "198.51.100.0/24", "--until", "2099-01-01", "--reason", "scans"],
            beside: server
        )
        #expect(ban.output == "198.51.100.0/24 is banned until 2099-01-01T00:00:00Z\n")
        try await Self.eventually(403) {
            try await Self.answer(client, .GET, "/openapi.yaml", from: "198.51.100.7")
        }
        #expect(try await Self.answer(client, .GET, "/openapi.yaml", from: "198.51.101.7").status == 200)
        await server.stop()
    }

    @Test("An operator gives a tier, blocks, signs out and lets in again, and running servers feel it")
    func accounts() async throws {
        let server = try await ServerProcess(environment: Self.environment)
        var client = TestClient(server)
        let registered = try await client.post(
            "/api/v1/auth/register",
            RegisterRequest(email: "jane@example.com", password: "correct horse battery")
        )
        client.token = try registered.decoded(TokenPair.self).accessToken
        let signedIn = client
        func me() async throws -> TestClient.Answer { try await signedIn.get("/api/v1/user/me") }
        #expect(try await me().decoded(UserProfile.self).subscription == "free")

        #expect(try await Command(["admin", "grant", "jane@example.com", "vip"], beside: server).status == 0)
        while try await me().decoded(UserProfile.self).subscription != "vip" {}
        #expect(try await me().decoded(UserProfile.self).entitlements.requestAllowance == 5)

        let sessions = try await Command(["admin", "sessions", "jane@example.com"], beside: server)
        #expect(sessions.output.split(separator: "\n").count == 1 && sessions.output.contains("127.0.0.1"))
        #expect(try await Command(["admin", "block", "jane@example.com"], beside: server).status == 0)
        try await Self.eventually(403) { try await me() }
        #expect(try await Command(["admin", "unblock", "jane@example.com"], beside: server).status == 0)
        try await Self.eventually(200) { try await me() }
        #expect(try await Command(["admin", "end-sessions", "jane@example.com"], beside: server).status == 0)
        try await Self.eventually(401) { try await me() }

        let unknown = try await Command(["admin", "grant", "nobody@example.com", "vip"], beside: server)
        #expect(unknown.status == 1 && unknown.errors.contains("there is no account"))
        #expect(try await Command(["admin", "alerts"], beside: server).status == 0)
        let actions = try await Self.withPool(of: server) { pool in
            try await pool.query(
                "SELECT action FROM audit_logs WHERE metadata ? 'actor' ORDER BY sequence"
            ).map { try $0.decode("action", as: String.self) }
        }
        #expect(
            actions == [
                "admin.granted", "admin.listed", "admin.blocked", "admin.unblocked", "admin.ended_sessions",
                "admin.listed",
            ]
        )
        await server.stop()
    }

    @Test("The record verifies beside the server; what was altered, taken out or cut is named")
    func audit() async throws {
        let server = try await ServerProcess(environment: Self.environment)
        let client = TestClient(server)
        for number in 0..<12 { _ = try await Self.guess(client, from: "198.51.\(number).1") }
        let whole = try await Command(["audit", "verify"], beside: server)
        #expect(whole.status == 0 && whole.output.hasPrefix("whole: 12 entries, head 12:"))
        let head = try await Command(["audit", "head"], beside: server)
        #expect(whole.output.hasSuffix("head " + head.output))

        try await Self.tamper(server, ["UPDATE audit_logs SET ip_address = '203.0.113.1' WHERE sequence = 5"])
        let altered = try await Command(["audit", "verify"], beside: server)
        #expect(altered.status == 2 && altered.output.hasPrefix("entry 5 (") && altered.output.contains("was altered"))
        try await Self.tamper(server, ["DELETE FROM audit_logs WHERE sequence = 3"])
        #expect(try await Command(["audit", "verify"], beside: server).output.hasPrefix("entry 3 is missing"))
        await server.stop()
    }

    @Test("Cutting the end and mending the head is told by what the server noted down outside of the database")
    func cut() async throws {
        let server = try await ServerProcess(environment: Self.environment)
        let client = TestClient(server)
        for number in 0..<6 { _ = try await Self.guess(client, from: "198.51.\(number).1") }
        let notes = server.dataDirectory + "/data/audit-heads"
        func noted() -> Substring? {
            (try? String(contentsOfFile: notes, encoding: .utf8))?.split(separator: "\n").last
        }
        while noted()?.hasPrefix("6:") != true {
            // The server looks at the record each second; meanwhile it answers.
            #expect(try await client.get("/health/ready").status == 200)
        }
        try await Self.tamper(
            server,
            [
                "DELETE FROM audit_logs WHERE sequence > 4",
                "UPDATE audit_head SET (sequence, hash) = (SELECT sequence, hash FROM audit_logs WHERE sequence = 4)",
            ]
        )
        let cut = try await Command(["audit", "verify"], beside: server)
        #expect(cut.status == 2 && cut.output.hasPrefix("entries 5 to 6 were cut from the end"))
        await server.stop()
    }

    @Test(
        "Refusals stand in the record, the first at once and a flood of them as a number; an alert tells of the flood"
    )
    func refusals() async throws {
        let server = try await ServerProcess(
            environment: Self.environment.merging(["RATE_LIMIT_MAX": "5", "ALERT_MAIL_TO": "ops@example.com"]) { $1 }
        )
        let client = TestClient(server)
        for _ in 0..<320 { _ = try await Self.answer(client, .GET, "/api/v1/user/me", from: "203.0.113.9") }
        _ = try await client.send(
            .GET,
            "/",
            headers: ["x-forwarded-for": "203.0.113.10", "user-agent": "sqlmap/1.7"],
            body: nil
        )
        let reasons: [String] = try await Self.withPool(of: server) { pool in
            while true {
                let rows = try await pool.query(
                    """
                    SELECT DISTINCT host(ip_address) || ' ' || (metadata ->> 'reason') AS line FROM audit_logs
                    WHERE action = 'request.refused' AND NOT metadata ? 'more' ORDER BY 1
                    """
                )
                if rows.count >= 3 { return try rows.map { try $0.decode("line") } }
            }
        }
        #expect(reasons == ["203.0.113.10 agent_refused", "203.0.113.10 attack_tool", "203.0.113.9 rate_limited"])
        let alerts = try await Command(["admin", "alerts"], beside: server)
        #expect(alerts.output.split(separator: "\n").count == 1 && alerts.output.contains("  scraping  203.0.113.9  "))
        var mail = ""
        while !mail.contains("ops@example.com") { mail = try await client.get("/dev/mail").text }
        #expect(mail.contains("TradePulse: scraping") && mail.contains("203.0.113.9"))
        // What the minute had more of is written when the server goes.
        await server.stop()
        let restarted = try await ServerProcess(environment: Self.environment, dataDirectory: server.dataDirectory)
        let told = try await Self.withPool(of: restarted) { pool in
            try await pool.query(
                """
                SELECT sum(coalesce((metadata ->> 'more')::integer, 1)) AS told FROM audit_logs
                WHERE metadata ->> 'reason' = 'rate_limited'
                """
            ).first?.decode("told", as: Int.self)
        }
        #expect(told == 315)
        #expect(try await Command(["audit", "verify"], beside: restarted).status == 0)
        await restarted.stop()
    }
}
