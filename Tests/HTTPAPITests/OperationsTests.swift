import HTTPAPI
import NIOHTTP1
import StrictJSON
import Testing

@Suite("What operators ask", .timeLimit(.minutes(2)))
struct OperationsTests {
    @Test(
        "Metrics are for loopback itself, not for whom a proxy on loopback speaks",
        arguments: [
            ([:], 200), (["Forwarded": "for=192.0.2.1"], 404), (["X-Forwarded-For": "192.0.2.1"], 404),
            (["X-Real-IP": "192.0.2.1"], 404), (["Authorization": "Bearer nonsense"], 200),
        ] as [(HTTPHeaders, Int)]
    )
    func metrics(headers: HTTPHeaders, status: Int) async throws {
        try await LiveAPI.serving { api async throws in
            #expect(try await api.get("/metrics", headers: headers).status == status)
        }
    }

    @Test("With the token they are for everybody who has it, proxied or not")
    func metricsToken() async throws {
        var options = LiveAPI.Options()
        options.metricsToken = "0123456789abcdef"
        try await LiveAPI.serving(options) { api async throws in
            let proxied: HTTPHeaders = ["X-Forwarded-For": "192.0.2.1"]
            #expect(try await api.get("/metrics", token: "0123456789abcdef", headers: proxied).status == 200)
            #expect(try await api.get("/metrics", token: "0123456789abcdeF", headers: proxied).status == 404)
            #expect(try await api.get("/metrics", headers: proxied).status == 404)
        }
    }

    @Test("Ready names what fails, and turns 503 for good once the process drains; live stays live")
    func ready() async throws {
        try await LiveAPI.serving { api in
            let ready = try await api.get("/health/ready")
            #expect(ready.status == 200)
            api.readiness.drain()
            let draining = try await api.get("/health/ready")
            #expect(draining.status == 503)
            #expect(draining.header("Retry-After") == "1")
            #expect(draining.json?["faults"]?.items?.first?["fault"]?.text == "draining")
            let live = try await api.get("/health/live")
            #expect(live.status == 200)
            #expect(live.json?["status"]?.text == "live")
        }
        var options = LiveAPI.Options()
        options.parts = [
            Readiness.Part(name: "database") { "does not answer" }, Readiness.Part(name: "market") { nil },
        ]
        try await LiveAPI.serving(options) { api in
            let answer = try await api.get("/health/ready")
            #expect(answer.status == 503)
            #expect(answer.json?["faults"]?.items?.map { $0["part"]?.text } == ["database"])
        }
        options.parts = [Readiness.Part(name: "redis", isVital: false) { "does not answer" }]
        try await LiveAPI.serving(options) { api in
            let answer = try await api.get("/health/ready")
            #expect(answer.status == 200)
            #expect(answer.json?["status"]?.text == "ready")
            #expect(answer.json?["faults"]?.items?.map { $0["part"]?.text } == ["redis"])
        }
    }

    @Test("Each answer has an id of its own, and a well-formed one of the client's is kept")
    func requestID() async throws {
        try await LiveAPI.serving { api in
            var ids: Set<String> = []
            for _ in 0..<50 { ids.insert(try await api.get("/health/live").header("X-Request-Id") ?? "") }
            #expect(ids.count == 50)
            #expect(ids.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{16}/) != nil })
            let own = try await api.get("/health/live", headers: ["X-Request-Id": "abc-DEF_123"])
            #expect(own.header("X-Request-Id") == "abc-DEF_123")
            let forged = try await api.get("/health/live", headers: ["X-Request-Id": "short"])
            #expect(forged.header("X-Request-Id") != "short")
        }
    }
}
