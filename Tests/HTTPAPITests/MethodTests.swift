import NIOHTTP1
import StrictJSON
import Testing

@Suite("Methods", .timeLimit(.minutes(2)))
struct MethodTests {
    @Test(
        "OPTIONS says what an address takes, and another method is told the same",
        arguments: [
            ("/health/live", "GET, HEAD, OPTIONS"), ("/", "GET, HEAD, OPTIONS"),
            ("/openapi.yaml", "GET, HEAD, OPTIONS"),
            ("/api/v1/auth/login", "OPTIONS, POST"), ("/api/v1/user/me/export", "GET, HEAD, OPTIONS"),
            ("/api/v1/market/candles/BTCUSDT", "GET, HEAD, OPTIONS"), ("/api/v1/ws/ticket", "OPTIONS, POST"),
        ]
    )
    func known(path: String, allowed: String) async throws {
        try await LiveAPI.serving { api in
            let options = try await api.send(.OPTIONS, path)
            #expect(options.status == 204)
            #expect(options.header("Allow") == allowed)
            for method in [HTTPMethod.GET, .HEAD, .POST, .PUT, .PATCH, .DELETE]
            where !allowed.split(separator: ", ").contains(method.rawValue[...]) {
                let answer = try await api.send(method, path)
                #expect(answer.status == 405, "\(method)")
                #expect(answer.header("Allow") == allowed)
                if method != .HEAD { #expect(answer.code == "method_not_allowed") }
            }
        }
    }

    @Test(
        "Where there is nothing, every method is 404",
        arguments: ["/nothing", "/api/v1/nothing", "/api/v2/user/me", "/health", "/metrics/x"]
    )
    func unknown(path: String) async throws {
        try await LiveAPI.serving { api async throws in
            for method in [HTTPMethod.GET, .HEAD, .POST, .PUT, .PATCH, .DELETE, .OPTIONS] {
                #expect(try await api.send(method, path).status == 404, "\(method)")
            }
        }
    }

    @Test("A preflight is answered for listed origins only, and never counted against a route")
    func preflight() async throws {
        var options = LiveAPI.Options()
        options.origins = ["https://app.example"]
        try await LiveAPI.serving(options) { api in
            for (origin, isAllowed) in [("https://app.example", true), ("https://evil.example", false)] {
                let headers: HTTPHeaders = ["Origin": origin, "Access-Control-Request-Method": "POST"]
                let answer = try await api.send(.OPTIONS, "/api/v1/auth/login", headers: headers)
                #expect(answer.status == 204)
                #expect(answer.header("Access-Control-Allow-Origin") == (isAllowed ? origin : nil))
                #expect((answer.header("Access-Control-Allow-Methods") != nil) == isAllowed)
                #expect(answer.headers["Vary"].contains("Origin"))
            }
        }
    }
}
