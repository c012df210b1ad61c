import APIContract
import Accounts
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Storage
import StrictJSON
import TestKit
import Testing

@Suite("Sessions over HTTP", .timeLimit(.minutes(5)))
struct SessionRoutesTests {
    private static let credentials = #"{"email":"jane@example.com","password":"correct horse battery staple"}"#
    private static let native: HTTPHeaders = ["X-Client": "native"]

    private static func serving(
        isProduction: Bool = false,
        origins: Set<String> = [],
        _ body: @Sendable (LiveAPI) async throws -> Void
    ) async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            var options = LiveAPI.Options()
            options.isProduction = isProduction
            options.origins = origins
            options.database = pool
            try await LiveAPI.serving(options, body)
        }
    }

    /// The value of the cookie that the answer sets.
    private static func cookie(_ answer: APIAnswer) -> String? {
        let prefix = "tp_refresh="
        return answer.headers["Set-Cookie"].first { $0.hasPrefix(prefix) }
            .map { String($0.dropFirst(prefix.utf8.count).prefix { $0 != ";" }) }
    }

    private static func refresh(
        _ api: LiveAPI,
        cookie: String?,
        headers: HTTPHeaders = [:]
    ) async throws -> APIAnswer {
        var headers = headers
        if let cookie { headers.add(name: "Cookie", value: "other=1; tp_refresh=\(cookie)") }
        return try await api.send(.POST, "/api/v1/auth/refresh", headers: headers)
    }

    @Test("A browser's refresh token is in the cookie alone, and the cookie is out of everybody's reach")
    func cookieAttributes() async throws {
        for isProduction in [false, true] {
            try await Self.serving(isProduction: isProduction) { api in
                let registered = try await api.post("/api/v1/auth/register", Self.credentials)
                let login = try await api.post("/api/v1/auth/login", Self.credentials)
                let refreshed = try await Self.refresh(api, cookie: Self.cookie(login))
                #expect(registered.status == 201 && login.status == 200 && refreshed.status == 200)
                for answer in [registered, login, refreshed] {
                    let token = try #require(Self.cookie(answer))
                    let secure = isProduction ? " Secure;" : ""
                    #expect(
                        answer.headers["Set-Cookie"] == [
                            "tp_refresh=\(token); Max-Age=604800; Path=/api/v1/auth; HttpOnly;\(secure) SameSite=Strict"
                        ]
                    )
                    #expect(answer.json?["refreshToken"] == nil)
                    #expect(answer.json?["refreshExpiresIn"] == .number("604800"))
                    #expect(!String(buffer: answer.body).contains(token.dropFirst(4)))
                    #expect(answer.header("Cache-Control") == "no-store")
                }
            }
        }
    }

    @Test("Development behind a proxy that ends TLS keeps the cookie to TLS too")
    func secureBehindProxy() async throws {
        try await Self.serving { api in
            let answer = try await api.post(
                "/api/v1/auth/register",
                Self.credentials,
                headers: ["X-Forwarded-Proto": "https"]
            )
            #expect(answer.header("Set-Cookie")?.contains("; Secure;") == true)
        }
    }

    @Test("A native app gets both tokens in the body and no cookie, and refreshes with the body")
    func native() async throws {
        try await Self.serving { api in
            let login = try await api.post("/api/v1/auth/register", Self.credentials, headers: Self.native)
            #expect(login.header("Set-Cookie") == nil)
            let token = try #require(login.json?["refreshToken"]?.text)
            let refreshed = try await api.post(
                "/api/v1/auth/refresh",
                #"{"refreshToken":"\#(token)"}"#,
                headers: Self.native
            )
            #expect(refreshed.status == 200 && refreshed.header("Set-Cookie") == nil)
            #expect(refreshed.json?["tokenType"]?.text == "Bearer" && refreshed.json?["expiresIn"] == .number("900"))
            let next = try #require(refreshed.json?["refreshToken"]?.text)
            #expect(next != token)
            let access = try #require(refreshed.json?["accessToken"]?.text)
            #expect(try await api.get("/api/v1/user/me", token: access).json?["email"]?.text == "jane@example.com")
            #expect(try await api.get("/api/v1/user/me", token: next).status == 401)
        }
    }

    @Test("X-Client: native counts only where no page can be behind it: no Origin, no Sec-Fetch, no cookie")
    func nativeRules() async throws {
        try await Self.serving(origins: ["https://app.example"]) { api in
            _ = try await api.post("/api/v1/auth/register", Self.credentials)
            for header in [
                ("Origin", "https://app.example"), ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors"),
                ("Sec-Fetch-Dest", "empty"), ("Cookie", "theme=dark"), ("X-Client", "native"), ("X-Client", "web"),
            ] {
                var headers = Self.native
                headers.add(name: header.0, value: header.1)
                let answer = try await api.post("/api/v1/auth/login", Self.credentials, headers: headers)
                #expect(answer.json?["refreshToken"] == nil && Self.cookie(answer) != nil, "\(header)")
            }
            for value in ["Native", "native ios", "", "1"] {
                let answer = try await api.post("/api/v1/auth/login", Self.credentials, headers: ["X-Client": value])
                #expect(answer.json?["refreshToken"] == nil, "\(value)")
            }
            // Neither may a page send a token that it got hold of, and trying does not spend it.
            let app = try await api.post("/api/v1/auth/login", Self.credentials, headers: Self.native)
            let body = #"{"refreshToken":"\#(try #require(app.json?["refreshToken"]?.text))"}"#
            let page: HTTPHeaders = ["X-Client": "native", "Origin": "https://app.example"]
            for headers in [[:], page] {
                let answer = try await api.post("/api/v1/auth/refresh", body, headers: headers)
                #expect(answer.status == 422 && answer.json?["accessToken"] == nil)
            }
            #expect(try await api.post("/api/v1/auth/refresh", body, headers: Self.native).status == 200)
        }
    }

    @Test("Another site's page can neither spend the cookie nor burn it nor sign anybody out")
    func crossSite() async throws {
        try await Self.serving(isProduction: true, origins: ["https://app.example"]) { api in
            let token = try #require(Self.cookie(try await api.post("/api/v1/auth/register", Self.credentials)))
            let own = "https://127.0.0.1:\(api.port)"
            let foreign: [HTTPHeaders] = [
                ["Origin": "https://evil.example"], ["Origin": "null"], ["Origin": ""],
                ["Origin": "https://app.example.evil.example"], ["Origin": "http://app.example"],
                ["Origin": "http://127.0.0.1:\(api.port)"], ["Origin": "https://127.0.0.1"],
                ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Sec-Fetch-Site": "none"],
                ["Origin": own, "Sec-Fetch-Site": "cross-site"],
                ["Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"],
                ["Origin": "https://app.example", "origin": "https://evil.example"],
                ["Sec-Fetch-Site": "same-origin", "sec-fetch-site": "cross-site"],
            ]
            for headers in foreign {
                for path in ["refresh", "logout"] {
                    var headers = headers
                    headers.add(name: "Cookie", value: "tp_refresh=\(token)")
                    let answer = try await api.send(.POST, "/api/v1/auth/\(path)", headers: headers)
                    #expect(answer.status == 403 && answer.code == "origin_forbidden", "\(headers) \(path)")
                    #expect(answer.header("Set-Cookie") == nil)
                }
            }
            // A form can be sent without a script, but never as JSON.
            for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
                let headers: HTTPHeaders = ["Cookie": "tp_refresh=\(token)", "Content-Type": type]
                #expect(try await api.send(.POST, "/api/v1/auth/refresh", headers: headers).status == 415)
            }
            var next = token
            for headers: HTTPHeaders in [
                [:], ["Origin": own], ["Origin": own, "Sec-Fetch-Site": "same-origin"],
                ["Sec-Fetch-Site": "same-origin"],
                ["Origin": "https://app.example"],
                ["Origin": "https://app.example", "Sec-Fetch-Site": "same-site"],
            ] {
                let answer = try await Self.refresh(api, cookie: next, headers: headers)
                #expect(answer.status == 200, "\(headers)")
                next = try #require(Self.cookie(answer))
            }
        }
    }

    @Test("A spent, unknown, doubled or missing cookie is 401, and a dead one is taken back")
    func deadCookies() async throws {
        try await Self.serving { api in
            let first = try #require(Self.cookie(try await api.post("/api/v1/auth/register", Self.credentials)))
            let second = try #require(Self.cookie(try await Self.refresh(api, cookie: first)))
            #expect(Self.cookie(try await Self.refresh(api, cookie: first)) == second)
            let doubled = try await Self.refresh(api, cookie: "\(second); tp_refresh=\(second)")
            #expect(doubled.status == 401)
            _ = try await Self.refresh(api, cookie: second)
            // Requests take time, which this clock does not know of: none that comes now was here before that use.
            api.clock.advance(milliseconds: 600_000)
            let reused = try await Self.refresh(api, cookie: first)
            #expect(reused.status == 401 && reused.code == "refresh_token_reused")
            #expect(reused.header("Set-Cookie")?.hasPrefix("tp_refresh=; Max-Age=0; Path=/api/v1/auth") == true)
            let missing = try await Self.refresh(api, cookie: nil)
            #expect(missing.status == 401 && missing.code == "refresh_token_invalid")
            #expect(missing.header("Set-Cookie") == nil)
            for cookie in ["", "nonsense", second] {
                let answer = try await Self.refresh(api, cookie: cookie)
                #expect(answer.status == 401 && answer.code == "refresh_token_invalid", "\(cookie)")
            }
        }
    }

    @Test("Another device from another address is told to sign in again; its cookie stays good where it belongs")
    func stepUp() async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            var options = LiveAPI.Options()
            options.proxies = ["127.0.0.0/8"]
            options.database = pool
            try await LiveAPI.serving(options) { api in
                let phone: HTTPHeaders = ["X-Forwarded-For": "203.0.113.9", "User-Agent": "TradePulse/1.0 (iPhone)"]
                let answer = try await api.post("/api/v1/auth/register", Self.credentials, headers: phone)
                let token = try #require(Self.cookie(answer))
                let thief: HTTPHeaders = ["X-Forwarded-For": "198.51.100.7", "User-Agent": "curl/8.5.0"]
                let refused = try await Self.refresh(api, cookie: token, headers: thief)
                #expect(refused.status == 401 && refused.code == "step_up_required")
                #expect(refused.header("Set-Cookie") == nil)
                #expect(try await Self.refresh(api, cookie: token, headers: phone).status == 200)
            }
        }
    }

    @Test("Signing out by cookie, by body and by bearer ends the session at once, everything of it and nothing else")
    func logout() async throws {
        try await Self.serving { api in
            let kept = try await api.post("/api/v1/auth/register", Self.credentials, headers: Self.native)
            for way in ["cookie", "body", "bearer", "cookie and bearer"] {
                let isApp = way == "body" || way == "bearer"
                let login = try await api.post(
                    "/api/v1/auth/login",
                    Self.credentials,
                    headers: isApp ? Self.native : [:]
                )
                let access = try #require(login.json?["accessToken"]?.text)
                let refresh = try #require(isApp ? login.json?["refreshToken"]?.text : Self.cookie(login))
                #expect(try await api.get("/api/v1/user/me", token: access).status == 200)
                let path = "/api/v1/auth/logout"
                let body = #"{"refreshToken":"\#(refresh)"}"#
                let answer =
                    switch way {
                    case "cookie": try await api.send(.POST, path, headers: ["Cookie": "tp_refresh=\(refresh)"])
                    case "body": try await api.post(path, body, headers: Self.native)
                    case "bearer": try await api.send(.POST, path, token: access)
                    default:
                        try await api.send(.POST, path, token: access, headers: ["Cookie": "tp_refresh=\(refresh)"])
                    }
                #expect(answer.status == 204, "\(way)")
                #expect((answer.header("Set-Cookie")?.contains("Max-Age=0") ?? false) == way.contains("cookie"))
                #expect(try await api.get("/api/v1/user/me", token: access).status == 401, "\(way)")
                let again = try await api.post("/api/v1/auth/refresh", body, headers: Self.native)
                #expect(again.status == 401, "\(way)")
                // A second time there is nothing left to end, which is no secret and no fault.
                let repeated = try await api.post(path, body, headers: Self.native)
                #expect(repeated.status == 204)
            }
            #expect(try await api.get("/api/v1/user/me", token: kept.json?["accessToken"]?.text).status == 200)
            #expect(try await api.send(.POST, "/api/v1/auth/logout").status == 401)
            #expect(try await api.send(.POST, "/api/v1/auth/logout", token: "nonsense").status == 401)
        }
    }

    @Test("The list shows the caller's devices, newest use first, and which of them asks")
    func list() async throws {
        try await Self.serving { api in
            let device = #","device":{"name":"Jane's phone","platform":"ios","fingerprint":"phone-mark-1"}}"#
            let first = try await api.post("/api/v1/auth/register", Self.credentials.dropLast() + device)
            api.clock.advance(milliseconds: 60_000)
            let second = try await api.post("/api/v1/auth/login", Self.credentials)
            let other = Self.credentials.replacing("jane", with: "eve")
            _ = try await api.post("/api/v1/auth/register", other)
            let token = try #require(first.json?["accessToken"]?.text)
            let answer = try await api.get("/api/v1/user/sessions", token: token)
            #expect(answer.status == 200 && answer.header("Cache-Control") == "no-store")
            let items = try #require(answer.json?["items"]?.items)
            #expect(items.map { $0["current"] } == [.boolean(false), .boolean(true)])
            #expect(items.map { $0["device"]?["name"] } == [.null, .string("Jane's phone")])
            #expect(items.map { $0["device"]?["platform"] } == [.null, .string("ios")])
            #expect(items.allSatisfy { $0["ip"]?.text == "127.0.0.1" && UUID(uuidString: $0["id"]?.text ?? "") != nil })
            #expect(items.map { $0["createdAt"]?.text } == ["2025-01-01T00:01:00.000Z", "2025-01-01T00:00:00.000Z"])
            #expect(!String(buffer: answer.body).contains("phone-mark-1"))
            #expect(second.status == 200)
        }
    }

    @Test("One's own session is ended by its id; somebody else's, one that is over and none at all are not there")
    func delete() async throws {
        try await Self.serving { api in
            func signIn(_ name: String, _ call: String) async throws -> (token: String, id: String) {
                let body = Self.credentials.replacing("jane", with: name)
                let answer = try await api.post("/api/v1/auth/\(call)", body)
                let token = try #require(answer.json?["accessToken"]?.text)
                let list = try await api.get("/api/v1/user/sessions", token: token).json?["items"]?.items ?? []
                return (token, try #require(list.first { $0["current"] == .boolean(true) }?["id"]?.text))
            }
            let phone = try await signIn("jane", "register")
            let laptop = try await signIn("jane", "login")
            let stranger = try await signIn("eve", "register")
            var refusals: Set<String> = []
            for id in [stranger.id, UUID().uuidString, "1", "%2e", "' OR 1=1 --", "null"] {
                let escaped = try #require(id.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
                let answer = try await api.send(.DELETE, "/api/v1/user/sessions/" + escaped, token: phone.token)
                #expect(answer.status == 404, "\(id)")
                refusals.insert(answer.code ?? "")
            }
            #expect(refusals == ["not_found"])
            #expect(try await api.get("/api/v1/user/me", token: stranger.token).status == 200)
            let path = "/api/v1/user/sessions/\(laptop.id)"
            #expect(try await api.send(.DELETE, path).status == 401)
            #expect(try await api.send(.DELETE, path, token: phone.token).status == 204)
            #expect(try await api.send(.DELETE, path, token: phone.token).status == 404)
            #expect(try await api.get("/api/v1/user/me", token: laptop.token).status == 401)
            #expect(try await api.get("/api/v1/user/me", token: phone.token).status == 200)
        }
    }
}
