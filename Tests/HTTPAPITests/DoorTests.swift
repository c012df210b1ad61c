import NIOCore
import NIOHTTP1
import Postgres
import Storage
import StrictJSON
import TestKit
import Testing

@Suite("Who is let in at the door", .timeLimit(.minutes(5)))
struct DoorTests {
    /// A server behind a proxy on loopback, so that a test can come from any address.
    private static func serving(
        requests: Int = 10_000,
        authentications: Int? = nil,
        behindProxy: Bool = true,
        _ body: @Sendable (LiveAPI) async throws -> Void
    ) async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            var options = LiveAPI.Options()
            options.database = pool
            options.isGuarded = true
            options.requests = requests
            options.authentications = authentications
            options.proxies = behindProxy ? ["127.0.0.1"] : []
            try await LiveAPI.serving(options, body)
        }
    }

    private static func from(_ address: String, agent: String? = nil) -> HTTPHeaders {
        var headers: HTTPHeaders = ["X-Forwarded-For": address]
        if let agent { headers.add(name: "User-Agent", value: agent) }
        return headers
    }

    private static func credentials(_ email: String, _ password: String, fingerprint: String? = nil) -> String {
        let device = fingerprint.map { #","device":{"fingerprint":"\#($0)"}"# } ?? ""
        return #"{"email":"\#(email)","password":"\#(password)"\#(device)}"#
    }

    private static let right = "correct horse battery staple"

    private static func login(
        _ api: LiveAPI,
        _ email: String = "jane@example.com",
        _ password: String = right,
        fingerprint: String? = nil,
        headers: HTTPHeaders
    ) async throws -> APIAnswer {
        try await api.post(
            "/api/v1/auth/login",
            credentials(email, password, fingerprint: fingerprint),
            headers: headers
        )
    }

    private static func register(_ api: LiveAPI, fingerprint: String? = nil) async throws -> APIAnswer {
        try await api.post(
            "/api/v1/auth/register",
            credentials("jane@example.com", right, fingerprint: fingerprint),
            headers: from("192.0.2.200")
        )
    }

    @Test("Five failures over many accounts shut the address out of signing in, and of nothing else, and nobody else")
    func shutOut() async throws {
        try await Self.serving { api in
            let token = try #require(try await Self.register(api).json?["accessToken"]?.text)
            let guesser = Self.from("203.0.113.9")
            for number in 0..<5 {
                let answer = try await Self.login(api, "u\(number)@example.com", "wrong wrong wrong", headers: guesser)
                #expect(answer.status == 401 && answer.code == "invalid_credentials")
            }
            let refused = try await Self.login(api, headers: guesser)
            #expect(refused.status == 403 && refused.code == "ip_blocked")
            #expect(refused.header("Retry-After") == "900")
            let registering = try await api.post(
                "/api/v1/auth/register",
                Self.credentials("joe@example.com", Self.right),
                headers: guesser
            )
            #expect(registering.code == "ip_blocked")
            #expect(try await api.get("/api/v1/user/me", token: token, headers: guesser).status == 200)
            #expect(try await Self.login(api, headers: Self.from("203.0.113.10")).status == 200)
            api.clock.advance(milliseconds: 900_000)
            #expect(try await Self.login(api, headers: guesser).status == 200)
        }
    }

    @Test("A forged X-Forwarded-For, Forwarded or X-Real-IP neither resets a count nor bans somebody else")
    func forged() async throws {
        try await Self.serving(behindProxy: false) { api in
            for number in 0..<5 {
                let headers: HTTPHeaders = [
                    "X-Forwarded-For": "203.0.113.\(number)", "X-Real-IP": "203.0.113.\(number)",
                    "Forwarded": "for=203.0.113.\(number)",
                ]
                _ = try await Self.login(api, "u@example.com", "wrong wrong wrong", headers: headers)
            }
            #expect(try await Self.login(api, headers: Self.from("203.0.113.77")).code == "ip_blocked")
        }
        try await Self.serving { api in
            // What stands left of the proxy's own entry is the visitor's invention.
            for _ in 0..<5 {
                let headers = Self.from("198.51.100.1, 203.0.113.9")
                _ = try await Self.login(api, "u@example.com", "wrong wrong wrong", headers: headers)
            }
            #expect(try await Self.login(api, headers: Self.from("203.0.113.9")).code == "ip_blocked")
            #expect(try await Self.login(api, headers: Self.from("198.51.100.1")).code == "invalid_credentials")
            for _ in 0..<3 { _ = try await api.get("/.env", headers: Self.from("198.51.100.2, 203.0.113.20")) }
            #expect(try await api.get("/openapi.yaml", headers: Self.from("203.0.113.20")).code == "ip_blocked")
            #expect(try await api.get("/openapi.yaml", headers: Self.from("198.51.100.2")).status == 200)
        }
    }

    @Test("The owner comes in on a device of their own from the very address that guesses, by mark and by cookie")
    func knownDevice() async throws {
        try await Self.serving { api in
            let mark = "a mark of 16 bytes or more"
            let registered = try await Self.register(api, fingerprint: mark)
            let shared = Self.from("203.0.113.9")
            for _ in 0..<6 { _ = try await Self.login(api, "jane@example.com", "wrong wrong wrong", headers: shared) }
            #expect(try await Self.login(api, headers: shared).code == "ip_blocked")
            #expect(try await Self.login(api, fingerprint: mark, headers: shared).status == 200)
            #expect(try await Self.login(api, fingerprint: "another mark of 16 bytes", headers: shared).status == 403)
            let cookie = try #require(registered.header("Set-Cookie")?.split(separator: ";").first)
            var headers = shared
            headers.add(name: "Cookie", value: String(cookie))
            #expect(try await Self.login(api, headers: headers).status == 200)
            #expect(try await Self.login(api, "joe@example.com", headers: headers).code == "ip_blocked")
        }
    }

    @Test("One account guessed from everywhere is slow before the hundredth guess, and its owner's device is not")
    func everywhere() async throws {
        try await Self.serving { api in
            let mark = "a mark of 16 bytes or more"
            _ = try await Self.register(api, fingerprint: mark)
            var codes: [String] = []
            for number in 0..<100 {
                let headers = Self.from("198.51.\(number).1")
                codes.append(
                    try await Self.login(api, "Jane@Example.com", "wrong wrong wrong", headers: headers).code ?? ""
                )
            }
            #expect(codes.first == "invalid_credentials" && codes.last == "too_many_attempts")
            let owner = try await Self.login(api, fingerprint: mark, headers: Self.from("192.0.2.1"))
            #expect(owner.status == 200)
            let stranger = try await Self.login(api, headers: Self.from("192.0.2.1"))
            #expect(stranger.status == 429)
            let seconds = try #require(stranger.header("Retry-After").flatMap { Int64($0) })
            api.clock.advance(milliseconds: seconds * 1_000)
            #expect(try await Self.login(api, headers: Self.from("192.0.2.1")).status == 200)
        }
    }

    @Test("A decoy answers as any unknown path, and whoever asks for three is shut out for a while, and nobody else")
    func decoys() async throws {
        try await Self.serving { api in
            let nosy = Self.from("203.0.113.9")
            let unknown = try await api.get("/nothing-here", headers: nosy)
            for path in ["/wp-login.php", "/.git/config"] {
                let answer = try await api.get(path, headers: nosy)
                #expect(answer.status == 404 && answer.code == unknown.code)
                #expect(answer.json?["detail"] == unknown.json?["detail"])
                #expect(answer.headers.map(\.name).sorted() == unknown.headers.map(\.name).sorted())
            }
            #expect(try await api.get("/openapi.yaml", headers: nosy).status == 200)
            #expect(try await api.get("//PhpMyAdmin/index.php", headers: nosy).status == 404)
            let shut = try await api.get("/openapi.yaml", headers: nosy)
            #expect(shut.code == "ip_blocked" && shut.header("Retry-After") == "900")
            #expect(try await api.get("/health/live", headers: nosy).status == 200)
            #expect(try await api.get("/openapi.yaml", headers: Self.from("203.0.113.10")).status == 200)
            api.clock.advance(milliseconds: 900_000)
            #expect(try await api.get("/openapi.yaml", headers: nosy).status == 200)
        }
    }

    @Test("A field that no form shows is refused like any unknown one, and twice is too much")
    func decoyField() async throws {
        try await Self.serving { api in
            let program = Self.from("203.0.113.9")
            let body = #"{"email":"a@example.com","password":"correct horse battery","website":"http://spam.test"}"#
            for _ in 0..<2 {
                let answer = try await api.post("/api/v1/auth/register", body, headers: program)
                #expect(answer.status == 422 && answer.json?["errors"]?.items?.first?["code"]?.text == "unknown_field")
            }
            #expect(try await api.get("/openapi.yaml", headers: program).code == "ip_blocked")
        }
    }

    @Test("Attack tools are refused; people's programs and none at all are served, and a tool's neighbour is")
    func agents() async throws {
        try await Self.serving { api in
            for agent in ["sqlmap/1.7.2#stable (https://sqlmap.org)", "Mozilla/5.00 (Nikto/2.1.6)"] {
                let answer = try await api.get("/openapi.yaml", headers: Self.from("203.0.113.9", agent: agent))
                #expect(answer.status == 403 && answer.code == "agent_refused")
            }
            for agent in ["curl/8.5.0", "python-requests/2.31.0", "okhttp/4.12.0", "", "Mozilla/5.0 (iPhone)"] {
                for _ in 0..<5 {
                    let headers = Self.from("203.0.113.10", agent: agent)
                    #expect(try await api.get("/openapi.yaml", headers: headers).status == 200)
                }
            }
            #expect(try await api.get("/openapi.yaml", headers: Self.from("203.0.113.11")).status == 200)
        }
    }

    @Test("However the path is spelled, it counts against the same limit")
    func spelling() async throws {
        try await Self.serving(authentications: 10) { api in
            let visitor = Self.from("203.0.113.9")
            var statuses: [Int] = []
            for path in [
                "/api/v1/auth/login", "//api/v1/auth/login", "/api//v1/auth/login", "/api/v1/auth/login/",
                "/api/v1/auth//login", "/api/v1/auth/login?x=1", "/api/v1/auth/login#x", "/api/v1/auth/%6Cogin",
                "/API/v1/auth/login", "/api/v1/./auth/login", "/api/v1/x/../auth/login", "/api/v1/auth/login;x=1",
            ] {
                for _ in 0..<3 {
                    let answer = try await api.send(.POST, path, headers: visitor, body: "{}")
                    statuses.append(answer.status)
                }
            }
            // 415: it reached the route; never more often than the limit allows.
            #expect(statuses.filter { $0 == 415 }.count == 10)
            #expect(statuses.allSatisfy { [400, 404, 415, 429].contains($0) })
        }
    }

    @Test("The limit holds per address and per account, and a higher tier gets more out of it")
    func tiers() async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            var options = LiveAPI.Options()
            options.database = pool
            options.isGuarded = true
            options.requests = 10
            options.authentications = 1_000
            options.proxies = ["127.0.0.1"]
            try await LiveAPI.serving(options) { api in
                let token = try #require(try await Self.register(api).json?["accessToken"]?.text)
                func passed(_ count: Int, _ address: (Int) -> String) async throws -> Int {
                    var passed = 0
                    for number in 0..<count {
                        let headers = Self.from(address(number))
                        passed +=
                            try await api.get("/api/v1/user/me", token: token, headers: headers).status == 200 ? 1 : 0
                    }
                    return passed
                }
                #expect(try await passed(15) { "203.0.113.\($0)" } == 10)
                for (tier, allowance) in [("pro", 20), ("premium", 30), ("vip", 50)] {
                    api.clock.advance(milliseconds: 60_000)
                    try await pool.execute("UPDATE users SET subscription = \(tier)")
                    let first = try await api.get("/api/v1/user/me", token: token, headers: Self.from("203.0.113.9"))
                    #expect(first.header("RateLimit-Policy") == "\"default\";q=\(allowance);w=60")
                    #expect(first.header("RateLimit") == "\"default\";r=\(allowance - 1);t=60")
                    #expect(try await passed(60) { _ in "203.0.113.9" } == allowance - 1)
                    #expect(first.json?["entitlements"]?["requestAllowance"] == .number("\(allowance / 10)"))
                }
            }
        }
    }

    @Test("A costly route takes more of the limit: an export is worth ten requests")
    func weights() async throws {
        try await Self.serving(requests: 25, authentications: 100) { api in
            let token = try #require(try await Self.register(api).json?["accessToken"]?.text)
            func status(_ path: String) async throws -> Int {
                try await api.get("/api/v1/user/" + path, token: token, headers: Self.from("203.0.113.9")).status
            }
            var statuses: [Int] = []
            for _ in 0..<3 { statuses.append(try await status("me/export")) }
            #expect(statuses == [200, 200, 429])
            // What was refused was not counted.
            for _ in 0..<5 { #expect(try await status("me") == 200) }
            #expect(try await status("me") == 429)
        }
    }
}
