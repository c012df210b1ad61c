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

@Suite("Second factor, lost passwords and one's own account over HTTP", .timeLimit(.minutes(5)))
struct OwnerRoutesTests {
    static let password = "correct horse battery staple"
    static let newPassword = "a brand new battery staple"

    private struct Stand: Sendable {
        let api: LiveAPI
        let pool: PostgresPool

        func register(_ email: String = "jane@example.com", password: String = password) async throws -> String {
            let answer = try await post("register", ["email": email, "password": password])
            #expect(answer.status == 201)
            return try #require(answer.json?["accessToken"]?.text)
        }

        func login(_ fields: [String: String], email: String = "jane@example.com") async throws -> APIAnswer {
            try await post("login", ["email": email, "password": password].merging(fields) { $1 })
        }

        func post(_ path: String, _ fields: [String: String], token: String? = nil) async throws -> APIAnswer {
            try await api.post("/api/v1/auth/\(path)", json(fields), token: token)
        }

        func send(_ method: HTTPMethod, _ path: String, _ body: String, token: String) async throws -> APIAnswer {
            try await api.send(method, path, token: token, headers: ["Content-Type": "application/json"], body: body)
        }

        func json(_ fields: [String: String]) throws -> String {
            String(decoding: try JSONEncoder().encode(fields), as: UTF8.self)
        }

        /// Sets the second factor up; the clock stands in the next step afterwards.
        func enrol(_ token: String) async throws -> (OneTimePassword, codes: [String]) {
            let setup = try await post("2fa/setup", ["password": password], token: token)
            let secret = try #require(setup.json?["secret"]?.text.flatMap(Self.base32))
            let oneTime = OneTimePassword(secret: secret)
            let verified = try await post("2fa/verify", ["code": code(oneTime)], token: token)
            #expect(verified.status == 200 && verified.json?["totpEnabled"] == .boolean(true))
            api.clock.advance(milliseconds: 30_000)
            return (oneTime, try #require(verified.json?["recoveryCodes"]?.items).compactMap(\.text))
        }

        func code(_ oneTime: OneTimePassword) -> String { oneTime.code(at: OneTimePassword.step(at: api.clock.date)) }

        /// The tokens of the links that wait to be sent on an occasion.
        func links(_ occasion: Letter.Occasion) async throws -> [String] {
            let box = try #require(SecretBox(secrets: [LiveAPI.letterKey]))
            let postbox = Postbox(box: box, links: AccountLinks(base: ""))
            return try await pool.query("SELECT key, payload FROM mail_outbox ORDER BY created_at").compactMap { row in
                let letter = postbox.open(try row.decode("payload"), key: try row.decode("key"))
                guard let letter, letter.occasion == occasion else { return nil }
                return letter.values["link"].map { String($0.drop { $0 != "=" }.dropFirst()) }
            }
        }

        private static func base32(_ text: String) -> [UInt8]? {
            let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
            let bits = text.compactMap { alphabet.firstIndex(of: $0) }.flatMap { value in
                (0..<5).map { value >> (4 - $0) & 1 }
            }
            return stride(from: 0, to: bits.count - 7, by: 8).map { start in
                UInt8(bits[start..<start + 8].reduce(0) { $0 * 2 + $1 })
            }
        }
    }

    private func serving(
        confirmsAddresses: Bool = false,
        _ body: @Sendable @escaping (Stand) async throws -> Void
    ) async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            var options = LiveAPI.Options()
            options.confirmsAddresses = confirmsAddresses
            options.database = pool
            try await LiveAPI.serving(options) { try await body(Stand(api: $0, pool: pool)) }
        }
    }

    /// Status, headers but for those of the single request, and body but for its id.
    private static func shape(_ answer: APIAnswer) -> String {
        let own = ["x-request-id", "date", "ratelimit"]
        let headers = answer.headers.filter { !own.contains($0.name.lowercased()) }.map { "\($0.name): \($0.value)" }
        let id = answer.header("X-Request-Id") ?? ""
        return "\(answer.status) \(headers.sorted()) \(String(buffer: answer.body).replacing(id, with: "ID"))"
    }

    // MARK: Second factor

    @Test("With the factor on the password alone opens nothing, and a code opens once")
    func signIn() async throws {
        try await serving { stand in
            let token = try await stand.register()
            let (oneTime, codes) = try await stand.enrol(token)
            let bare = try await stand.login([:])
            #expect(bare.status == 401 && bare.code == "totp_required" && bare.json?["accessToken"] == nil)
            #expect(bare.headers["Set-Cookie"].isEmpty)
            let wrong = try await stand.login(["totpCode": "000000"])
            #expect(wrong.status == 401 && wrong.code == "totp_invalid")
            let code = stand.code(oneTime)
            #expect(try await stand.login(["totpCode": code]).status == 200)
            #expect(try await stand.login(["totpCode": code]).code == "totp_invalid")
            #expect(try await stand.login(["recoveryCode": codes[0]]).status == 200)
            #expect(try await stand.login(["recoveryCode": codes[0]]).code == "totp_invalid")
            let me = try await stand.api.get("/api/v1/user/me", token: token)
            #expect(me.json?["totpEnabled"] == .boolean(true))
        }
    }

    @Test("With a wrong password a right code, a wrong one and none are one answer, and the code is not spent")
    func wrongPassword() async throws {
        try await serving { stand in
            let (oneTime, codes) = try await stand.enrol(stand.register())
            let code = stand.code(oneTime)
            var shapes: Set<String> = []
            for proof in [[:], ["totpCode": code], ["totpCode": "000000"], ["recoveryCode": codes[0]]] {
                let fields = proof.merging(["password": "not the battery staple"]) { $1 }
                shapes.insert(Self.shape(try await stand.login(fields)))
                shapes.insert(Self.shape(try await stand.login(fields, email: "nobody@example.com")))
            }
            #expect(shapes.count == 1)
            #expect(try await stand.login(["totpCode": code]).status == 200)
            #expect(try await stand.login(["recoveryCode": codes[0]]).status == 200)
        }
    }

    @Test("Guessed codes are cut off with Retry-After, and only for whom the password is right")
    func cutOff() async throws {
        try await serving { stand in
            let (oneTime, _) = try await stand.enrol(stand.register())
            for _ in 0..<5 { #expect(try await stand.login(["totpCode": "000000"]).code == "totp_invalid") }
            let paused = try await stand.login(["totpCode": stand.code(oneTime)])
            #expect(paused.status == 429 && paused.code == "too_many_attempts" && paused.header("Retry-After") == "30")
            let wrong = try await stand.login(["password": "not the battery staple", "totpCode": "000000"])
            #expect(wrong.status == 401 && wrong.code == "invalid_credentials")
        }
    }

    @Test("A stolen access token neither sets the factor up nor takes it off nor replaces it")
    func stolenToken() async throws {
        try await serving { stand in
            let token = try await stand.register()
            let guess = try await stand.post("2fa/setup", ["password": "not the battery staple"], token: token)
            #expect(guess.status == 403 && guess.code == "invalid_credentials")
            #expect(try await stand.post("2fa/setup", [:], token: token).status == 422)
            #expect(try await stand.post("2fa/verify", ["code": "123456"], token: token).status == 409)
            let (oneTime, codes) = try await stand.enrol(token)
            let code = stand.code(oneTime)
            #expect(try await stand.post("2fa/setup", ["password": Self.password], token: token).status == 409)
            for (fields, status) in [
                (["password": "not the battery staple", "totpCode": code], 403), (["password": Self.password], 422),
                (["password": Self.password, "totpCode": "000000"], 403), (["totpCode": code], 422),
            ] {
                let answer = try await stand.send(.DELETE, "/api/v1/auth/2fa", stand.json(fields), token: token)
                #expect(answer.status == status)
            }
            #expect(try await stand.login([:]).code == "totp_required")
            let fields = try stand.json(["password": Self.password, "recoveryCode": codes[0]])
            #expect(try await stand.send(.DELETE, "/api/v1/auth/2fa", fields, token: token).status == 204)
            #expect(try await stand.login([:]).status == 200)
        }
    }

    @Test("20 sign-ins at once with one code open one session")
    func race() async throws {
        try await serving { stand in
            let (oneTime, _) = try await stand.enrol(stand.register())
            let code = stand.code(oneTime)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 { group.addTask { try await stand.login(["totpCode": code]).status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1)
            #expect(Set(statuses).isSubset(of: [200, 401, 429]))
        }
    }

    // MARK: Addresses and lost passwords

    @Test("With verification on, known and unknown addresses are one answer to the byte, and the link signs in")
    func verification() async throws {
        try await serving(confirmsAddresses: true) { stand in
            func register(_ email: String) async throws -> APIAnswer {
                try await stand.post("register", ["email": email, "password": Self.password])
            }
            let first = try await register("jane@example.com")
            #expect(first.status == 202 && first.json?["status"]?.text == "verification_sent")
            #expect(try await stand.login([:]).code == "invalid_credentials")
            let link = try #require(try await stand.links(.confirmAddress).first)
            let verified = try await stand.post("verify-email", ["token": link])
            #expect(verified.status == 200 && verified.json?["user"]?["email"]?.text == "jane@example.com")
            let token = try #require(verified.json?["accessToken"]?.text)
            #expect(try await stand.api.get("/api/v1/user/me", token: token).status == 200)
            #expect(try await stand.login([:]).status == 200)
            #expect(try await stand.post("verify-email", ["token": link]).code == "link_invalid")
            let (known, unknown) = (try await register("jane@example.com"), try await register("john@example.com"))
            #expect(Self.shape(known) == Self.shape(unknown) && Self.shape(known) == Self.shape(first))
        }
    }

    @Test("A reset is one answer for known, unknown and impossible addresses, and its link sets the password once")
    func reset() async throws {
        try await serving { stand in
            let token = try await stand.register()
            var shapes: Set<String> = []
            for email in ["jane@example.com", "nobody@example.com", "no address", "x\r\nBcc: y"] {
                shapes.insert(Self.shape(try await stand.post("password/reset", ["email": email])))
            }
            #expect(shapes.count == 1)
            let links = try await stand.links(.resetPassword)
            #expect(links.count == 1)
            let link = try #require(links.first)
            let weak = try await stand.post("password/reset/confirm", ["token": link, "newPassword": "password123"])
            #expect(weak.status == 422 && weak.json?["errors"]?.items?.first?["field"]?.text == "newPassword")
            let fields = ["token": link, "newPassword": Self.newPassword]
            #expect(try await stand.post("password/reset/confirm", fields).status == 204)
            #expect(try await stand.post("password/reset/confirm", fields).code == "link_invalid")
            stand.api.clock.advance(milliseconds: 1_000)
            #expect(try await stand.api.get("/api/v1/user/me", token: token).status == 401)
            #expect(try await stand.login([:]).status == 401)
            #expect(try await stand.login(["password": Self.newPassword]).status == 200)
        }
    }

    @Test("A reset leaves the second factor on")
    func resetKeepsFactor() async throws {
        try await serving { stand in
            let (oneTime, _) = try await stand.enrol(stand.register())
            _ = try await stand.post("password/reset", ["email": "jane@example.com"])
            let link = try #require(try await stand.links(.resetPassword).first)
            _ = try await stand.post("password/reset/confirm", ["token": link, "newPassword": Self.newPassword])
            #expect(try await stand.login(["password": Self.newPassword]).code == "totp_required")
            let code = stand.code(oneTime)
            #expect(try await stand.login(["password": Self.newPassword, "totpCode": code]).status == 200)
        }
    }

    // MARK: One's own account

    private static let me = "/api/v1/user/me"

    @Test(
        "Only what was offered can be changed, and every wrong field is named",
        arguments: [
            (#"{"subscription":"vip"}"#, ["subscription"]),
            (#"{"id":"x","totpEnabled":false}"#, ["id", "totpEnabled"]),
            (#"{"riskPercent":"1"}"#, ["riskPercent"]), (#"{"riskPercent":0}"#, ["riskPercent"]),
            (#"{"riskPercent":100.01}"#, ["riskPercent"]), (#"{"riskPercent":1.234}"#, ["riskPercent"]),
            (#"{"riskPercent":-1}"#, ["riskPercent"]), (#"{"riskPercent":1e1}"#, ["riskPercent"]),
            (#"{"displayName":""}"#, ["displayName"]), (#"{"displayName":7}"#, ["displayName"]),
            // 80 letters to the eye, 160 code points to the database.
            (#"{"displayName":"\#(String(repeating: "e\u{323}", count: 80))"}"#, ["displayName"]),
            (#"{"email":"new@example.com"}"#, ["currentPassword"]),
            (#"{"password":"a brand new one"}"#, ["currentPassword"]),
            (#"{"email":"nobody","currentPassword":"correct horse battery staple"}"#, ["email"]),
            (#"{"password":"short","currentPassword":"correct horse battery staple"}"#, ["password"]),
        ]
    )
    func refusedChanges(body: String, fields: [String]) async throws {
        try await serving { stand in
            let token = try await stand.register()
            let before = try await stand.api.get(Self.me, token: token)
            let answer = try await stand.send(.PATCH, Self.me, body, token: token)
            #expect(answer.status == 422)
            #expect(answer.json?["errors"]?.items?.compactMap { $0["field"]?.text } == fields)
            #expect(try await stand.api.get(Self.me, token: token).body == before.body)
        }
    }

    @Test("Name, risk, address and password change; the session that asked stays, the others end")
    func changes() async throws {
        try await serving { stand in
            let token = try await stand.register()
            let other = try #require(try await stand.login([:]).json?["accessToken"]?.text)
            let body = #"{"displayName":"Jane \#u{1F98A}","riskPercent":1.25}"#
            let named = try await stand.send(.PATCH, Self.me, body, token: token)
            #expect(named.status == 200 && named.json?["displayName"]?.text == "Jane \u{1F98A}")
            #expect(named.json?["riskPercent"] == .number("1.25"))
            let cleared = try await stand.send(.PATCH, Self.me, #"{"displayName":null}"#, token: token)
            #expect(cleared.json?["displayName"] == .null && cleared.json?["riskPercent"] == .number("1.25"))
            let wrong = try stand.json(["email": "new@example.com", "currentPassword": "not the battery staple"])
            #expect(try await stand.send(.PATCH, Self.me, wrong, token: token).status == 403)
            let right = try stand.json(
                ["email": "J.Doe@example.com", "password": Self.newPassword, "currentPassword": Self.password]
            )
            let changed = try await stand.send(.PATCH, Self.me, right, token: token)
            #expect(changed.status == 200 && changed.json?["email"]?.text == "j.doe@example.com")
            stand.api.clock.advance(milliseconds: 1_000)
            #expect(try await stand.api.get(Self.me, token: other).status == 401)
            #expect(try await stand.api.get(Self.me, token: token).status == 200)
            #expect(try await stand.login(["password": Self.newPassword], email: "j.doe@example.com").status == 200)
        }
    }

    @Test("An export needs a fresh session, or a password or code given anew")
    func export() async throws {
        try await serving { stand in
            let token = try await stand.register()
            let fresh = try await stand.api.get("\(Self.me)/export", token: token)
            #expect(fresh.status == 200 && fresh.json?["users"]?.items?.count == 1)
            #expect(fresh.header("Content-Disposition") == "attachment; filename=\"tradepulse-account.json\"")
            #expect(fresh.header("Cache-Control") == "no-store")
            let (oneTime, _) = try await stand.enrol(token)
            stand.api.clock.advance(milliseconds: 300_000)
            let stale = try await stand.api.get("\(Self.me)/export", token: token)
            #expect(stale.status == 403 && stale.code == "step_up_required")
            #expect(try await stand.post("step-up", ["password": "not the battery staple"], token: token).status == 403)
            #expect(try await stand.post("step-up", [:], token: token).status == 422)
            #expect(try await stand.api.get("\(Self.me)/export", token: token).status == 403)
            let code = stand.code(oneTime)
            #expect(try await stand.post("step-up", ["totpCode": code], token: token).status == 200)
            #expect(try await stand.api.get("\(Self.me)/export", token: token).status == 200)
            #expect(try await stand.login(["totpCode": code]).code == "totp_invalid", "a code works once, wherever")
        }
    }

    @Test("An erased account is gone for its own token within a second, and its address is free")
    func erasure() async throws {
        try await serving { stand in
            let token = try await stand.register()
            let wrong = try stand.json(["password": "not the battery staple"])
            #expect(try await stand.send(.DELETE, Self.me, wrong, token: token).status == 403)
            #expect(try await stand.send(.DELETE, Self.me, "{}", token: token).status == 422)
            let right = try stand.json(["password": Self.password])
            #expect(try await stand.send(.DELETE, Self.me, right, token: token).status == 204)
            #expect(try await stand.api.get(Self.me, token: token).status == 401)
            #expect(try await stand.login([:]).code == "invalid_credentials")
            _ = try await stand.register()
        }
    }

    @Test("Strangers are 401 on every route of an owner, and guesses of a signed-in thief end at 429")
    func strangers() async throws {
        try await serving { stand in
            for (method, path) in [
                (HTTPMethod.POST, "/api/v1/auth/2fa/setup"), (.POST, "/api/v1/auth/2fa/verify"),
                (.DELETE, "/api/v1/auth/2fa"),
                (.POST, "/api/v1/auth/step-up"), (.PATCH, Self.me), (.DELETE, Self.me), (.GET, "\(Self.me)/export"),
            ] {
                #expect(try await stand.api.send(method, path).status == 401, "\(method) \(path)")
            }
            let token = try await stand.register()
            for _ in 0..<5 {
                #expect(
                    try await stand.post("step-up", ["password": "not the battery staple"], token: token).status == 403
                )
            }
            let paused = try await stand.post("step-up", ["password": Self.password], token: token)
            #expect(paused.status == 429 && paused.code == "too_many_attempts")
        }
    }

    @Test("Mails of development are shown to this machine alone, and production has no such door")
    func developmentMail() async throws {
        try await LiveAPI.serving { api in
            let answer = try await api.get("/dev/mail")
            #expect(answer.status == 200 && answer.json?["items"]?.items?.first?["to"]?.text == "a@b.co")
            for header in ["X-Forwarded-For", "Forwarded", "X-Real-IP"] {
                #expect(try await api.get("/dev/mail", headers: [header: "203.0.113.9"]).status == 404)
            }
            // A page of anybody's, whose name leads to this machine by the time it asks.
            for (host, status) in [
                ("127.0.0.1:80", 200), ("localhost", 200), ("LOCALHOST:8080", 200), ("[::1]:8080", 200),
                ("evil.example", 404), ("localhost.evil.example:80", 404), ("127.0.0.1.evil.example", 404),
            ] {
                let text = "GET /dev/mail HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
                let answer = try await RawRequest.send(text, port: api.port)
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(host)")
            }
        }
        var options = LiveAPI.Options()
        options.isProduction = true
        try await LiveAPI.serving(options) { api in
            let answer = try await api.get("/dev/mail")
            #expect(answer.status == 404)
        }
    }

    @Test("No link, code or secret reaches the log")
    func logs() async throws {
        try await serving { stand in
            let token = try await stand.register()
            let (oneTime, codes) = try await stand.enrol(token)
            _ = try await stand.login(["totpCode": stand.code(oneTime)])
            _ = try await stand.login(["recoveryCode": codes[0]])
            _ = try await stand.post("password/reset", ["email": "jane@example.com"])
            let link = try #require(try await stand.links(.resetPassword).first)
            _ = try await stand.post("password/reset/confirm", ["token": link, "newPassword": Self.newPassword])
            let text = stand.api.log.lines.map(\.text).joined(separator: "\n")
            for secret in [link, codes[0], Self.newPassword, Self.password, "jane@example.com"] {
                #expect(!text.contains(secret))
            }
        }
    }
}
