import APIContract
import Foundation
import NIOCore
import NIOHTTP1
import TestKit
import Testing

@Suite("Bad input gets the right problem document", .fewAtOnce, .timeLimit(.minutes(2)))
struct BadInputTests {
    private static let server = Task { try await ServerProcess() }

    @Test(
        "A body that is not what the call takes is refused with its own status and code",
        arguments: [
            ("{", "application/json", 400, "malformed_json"),
            ("[]", "application/json", 400, "malformed_json"),
            ("\"x\"", "application/json", 400, "malformed_json"),
            (
                #"{"email":"a@b.example","email":"c@d.example","password":"correct horse"}"#, "application/json", 400,
                "malformed_json"
            ),
            (String(repeating: "[", count: 60_000), "application/json", 400, "malformed_json"),
            (#"{"email":"\ud800@b.example","password":"correct horse"}"#, "application/json", 400, "malformed_json"),
            ("email=a@b.example", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
            (String(repeating: " ", count: 70_000) + "{}", "application/json", 413, "body_too_large"),
            ("{}", "application/json", 422, "validation_failed"),
            (#"{"email":null,"password":["x"]}"#, "application/json", 422, "validation_failed"),
            (#"{"email":"a@b.example","password":"short"}"#, "application/json", 422, "validation_failed"),
            (
                #"{"email":"no address","password":"correct horse battery"}"#, "application/json", 422,
                "validation_failed"
            ),
            (
                #"{"email":"a\u0000@b.example","password":"correct horse battery"}"#, "application/json", 422,
                "validation_failed"
            ),
            (
                #"{"email":"a@b.example","password":"correct horse battery","subscription":"vip"}"#, "application/json",
                422, "validation_failed"
            ),
            (
                #"{"email":"a@b.example","password":"correct horse battery","device":{"admin":true}}"#,
                "application/json", 422, "validation_failed"
            ),
        ]
    )
    func bodies(body: String, contentType: String, status: Int, code: String) async throws {
        let client = TestClient(try await Self.server.value)
        let answer = try await client.post("/api/v1/auth/register", text: body, contentType: contentType)
        #expect(answer.status == status)
        #expect(answer.headers.first(name: "content-type") == "application/problem+json")
        let problem = try answer.decoded(ProblemDetails.self)
        #expect(problem.code == code && problem.status == status)
        #expect(problem.requestId == answer.headers.first(name: "x-request-id"))
    }

    @Test("Every wrong field is named at once")
    func everyField() async throws {
        let client = TestClient(try await Self.server.value)
        let answer = try await client.post(
            "/api/v1/auth/register",
            text: #"{"email":7,"device":{"name":false,"x":1},"role":"admin"}"#
        )
        let problem = try answer.decoded(ProblemDetails.self)
        #expect(
            Set(problem.errors?.map { $0.field + " " + $0.code } ?? []) == [
                "email wrong_type", "password required", "device.name wrong_type", "device.x unknown_field",
                "role unknown_field",
            ]
        )
    }

    @Test(
        "A question about the market that makes no sense is refused by name",
        arguments: [
            ("tickers?exchange=nasdaq", 422, "exchange"), ("tickers?sort=best", 422, "sort"),
            ("tickers?exchange=binance&exchange=okx", 422, "exchange"), ("tickers?quote=", 422, "quote"),
            ("tickers?exchange=", 422, "exchange"), ("tickers?limit=", 422, "limit"),
            ("ticker/NOPE", 404, ""), ("ticker/btcusdt", 404, ""), ("ticker/..%2f..%2fetc%2fpasswd", 400, ""),
            ("candles/BTCUSDT?interval=7m", 422, "interval"), ("candles/BTCUSDT?limit=0", 422, "limit"),
            ("candles/BTCUSDT?limit=1001", 422, "limit"), ("candles/BTCUSDT?limit=1e2", 422, "limit"),
            ("candles/BTCUSDT?from=tomorrow", 422, "from"), ("candles/BTCUSDT?from=99999999999999999999", 422, "from"),
            ("candles/BTCUSDT?from=-1", 422, "from"),
            ("candles/BTCUSDT?from=1790000060000&to=1790000000000", 422, "to"),
            ("candles/BTCUSDT?interval=1m&from=1700000000000&to=1790000000000", 422, "to"),
            ("candles/%F0%9F%92%A9", 404, ""), ("candles/A%00B", 400, ""),
        ]
    )
    func questions(path: String, status: Int, field: String) async throws {
        let client = try await TestClient.registered(Self.server.value)
        let answer = try await client.get("/api/v1/market/" + path)
        #expect(answer.status == status)
        let problem = try answer.decoded(ProblemDetails.self)
        #expect((problem.errors?.map(\.field) ?? []) == (field.isEmpty ? [] : [field]))
    }

    @Test(
        "Private routes are closed to strangers",
        arguments: [
            "/api/v1/user/me", "/api/v1/market/tickers", "/api/v1/market/ticker/BTCUSDT",
            "/api/v1/market/candles/BTCUSDT",
            "/api/v1/market/exchanges",
        ]
    )
    func strangers(path: String) async throws {
        let client = TestClient(try await Self.server.value)
        for headers: HTTPHeaders in [
            [:], ["authorization": "Bearer x"], ["authorization": "Basic eDp5"], ["authorization": "Bearer a b"],
            HTTPHeaders([("authorization", "Bearer a"), ("authorization", "Bearer b")]), ["cookie": "token=x"],
        ] {
            let answer = try await client.get(path, headers: headers)
            #expect(answer.status == 401)
            #expect(answer.headers.first(name: "www-authenticate")?.hasPrefix("Bearer") == true)
        }
        #expect(try await client.get(path + "?token=x").status == 401)
    }

    @Test(
        "Safety headers stand on every answer",
        arguments: ["/", "/health/live", "/nothing", "/api/v1/market/tickers", "/api/v1/x"]
    )
    func safetyHeaders(path: String) async throws {
        let answer = try await TestClient(try await Self.server.value).get(path)
        #expect(answer.headers.first(name: "x-content-type-options") == "nosniff")
        #expect(answer.headers.first(name: "x-frame-options") == "DENY")
        #expect(answer.headers.first(name: "referrer-policy") == "no-referrer")
        #expect(answer.headers.first(name: "content-security-policy")?.contains("default-src 'none'") == true)
        #expect(answer.headers.first(name: "cache-control") != nil)
        #expect(answer.headers.first(name: "server") == nil)
    }

    @Test("A known address under another method is 405 with what it takes; an unknown one is 404")
    func methods() async throws {
        let client = TestClient(try await Self.server.value)
        let answer = try await client.send(.DELETE, "/api/v1/auth/login", headers: [:], body: nil)
        #expect(answer.status == 405 && answer.headers.first(name: "allow") == "OPTIONS, POST")
        #expect(try await client.get("/api/v1/nothing").status == 404)
        #expect(try await client.get("/dashboard/..%2f..%2fPackage.swift").status == 400)
    }

    @Test(
        "Only listed origins are let read, and look-alikes are not",
        arguments: [
            ("https://app.example", true), ("https://app.example.evil.test", false), ("http://app.example", false),
            ("https://app.example:444", false), ("https://evil.test/https://app.example", false), ("null", false),
            ("https://APP.example", false),
        ]
    )
    func cors(origin: String, isAllowed: Bool) async throws {
        let server = try await Self.corsServer.value
        let answer = try await TestClient(server).get("/health/live", headers: ["origin": origin])
        #expect(answer.headers.first(name: "access-control-allow-origin") == (isAllowed ? origin : nil))
        #expect(answer.headers[canonicalForm: "vary"].contains("Origin"))
    }

    private static let corsServer = Task {
        try await ServerProcess(environment: ["CORS_ORIGIN": "https://app.example"])
    }

    @Test("The limits of requests are exact and their headers true")
    func rateLimits() async throws {
        let server = try await ServerProcess(environment: ["RATE_LIMIT_MAX": "5", "AUTH_RATE_LIMIT_MAX": "3"])
        let client = try await TestClient.registered(server)
        for left in [1, 0] {
            let answer = try await client.post("/api/v1/auth/login", text: "{}")
            #expect(answer.headers.first(name: "ratelimit")?.hasPrefix("\"auth\";r=\(left);") == true)
        }
        let refused = try await client.post("/api/v1/auth/login", text: "{}")
        #expect(refused.status == 429)
        #expect(refused.headers.first(name: "retry-after").flatMap { Int($0) } ?? 0 > 0)
        #expect(refused.headers.first(name: "ratelimit-policy") == "\"auth\";q=3;w=60")
        var statuses: [Int] = []
        for _ in 0..<7 { statuses.append(try await client.get("/api/v1/user/me").status) }
        #expect(statuses == [200, 200, 200, 200, 200, 429, 429])
        #expect(try await client.get("/health/live").status == 200)
        await server.stop()
    }
}
