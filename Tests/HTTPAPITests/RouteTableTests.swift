import Accounts
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Storage
import StrictJSON
import TestKit
import Testing

/// Every route that answers, as a stranger and as a caller of each tier gets it with an empty request.
///
/// The routes come from the router itself: one that is missing here, or here and not there, fails the test.
@Suite("Every route for everybody", .timeLimit(.minutes(5)))
struct RouteTableTests {
    private struct Expected {
        let stranger: Int
        /// For each tier; one number for all of them.
        let tiers: [Tier: Int]

        /// The same for everybody.
        static func open(_ status: Int) -> Expected { Expected(stranger: status, all: status) }
        /// 401 to strangers.
        static func bearer(_ status: Int) -> Expected { Expected(stranger: 401, all: status) }

        init(stranger: Int, tiers: [Tier: Int]) {
            self.stranger = stranger
            self.tiers = tiers
        }

        private init(stranger: Int, all: Int) {
            self.stranger = stranger
            tiers = Dictionary(uniqueKeysWithValues: Tier.allCases.map { ($0, all) })
        }
    }

    private static let table: [String: Expected] = [
        "POST /api/v1/auth/register": .open(415),
        "POST /api/v1/auth/login": .open(415),
        "POST /api/v1/auth/refresh": .open(401),
        "POST /api/v1/auth/verify-email": .open(415),
        "POST /api/v1/auth/password/reset": .open(415),
        "POST /api/v1/auth/password/reset/confirm": .open(415),
        "POST /api/v1/auth/not-me": .open(415),
        "POST /api/v1/auth/2fa/setup": .bearer(415),
        "POST /api/v1/auth/2fa/verify": .bearer(415),
        "DELETE /api/v1/auth/2fa": .bearer(415),
        "POST /api/v1/auth/step-up": .bearer(415),
        // Last for the caller: it ends the session.
        "POST /api/v1/auth/logout": .bearer(204),
        "GET /api/v1/user/me": .bearer(200),
        "PATCH /api/v1/user/me": .bearer(415),
        "DELETE /api/v1/user/me": .bearer(415),
        // For a session that was confirmed lately, as one that has just begun.
        "GET /api/v1/user/me/export": .bearer(200),
        "GET /api/v1/user/sessions": .bearer(200),
        "DELETE /api/v1/user/sessions/{id}": .bearer(404),
        "GET /api/v1/market/tickers": .bearer(200),
        "GET /api/v1/market/ticker/{symbol}": .bearer(404),
        "GET /api/v1/market/orderbook/{symbol}": .bearer(404),
        "GET /api/v1/market/candles/{symbol}": .bearer(404),
        "GET /api/v1/market/liquidations/{symbol}": .bearer(404),
        "POST /api/v1/market/liquidations/calculate": .bearer(415),
        "GET /api/v1/market/exchanges": .bearer(200),
        "GET /api/v1/pumps": Expected(stranger: 401, tiers: [.free: 403, .pro: 200, .premium: 200, .vip: 200]),
        "GET /api/v1/pumps/quality": .bearer(200),
        "GET /api/v1/signals": .bearer(200),
        "GET /api/v1/signals/history": .bearer(200),
        "GET /api/v1/signals/stats": .bearer(200),
        "GET /api/v1/signals/{id}": .bearer(404),
        "GET /api/v1/signals/{id}/plan": .bearer(404),
        "GET /api/v1/signals/{id}/verdicts": .bearer(404),
        // Before anything is recorded.
        "GET /api/v1/signals/log/checkpoint": .bearer(404),
        "GET /api/v1/signals/log/key": .bearer(404),
        "GET /api/v1/signals/log/inclusion/{id}": .bearer(404),
        "GET /api/v1/signals/log/consistency": .bearer(422),
        "POST /api/v1/ws/ticket": .bearer(200),
        "GET /health/live": .open(200),
        "GET /health/ready": .open(200),
        // For loopback itself, where the test is; `OperationsTests` ask from elsewhere.
        "GET /metrics": .open(200),
        // For loopback, too, and only in development.
        "GET /dev/mail": .open(200),
        "GET /.well-known/jwks.json": .open(200),
        "GET /openapi.yaml": .open(200),
        "GET /asyncapi.yaml": .open(200),
    ]

    private static let methods: [HTTPMethod] = [.GET, .HEAD, .POST, .PUT, .PATCH, .DELETE, .OPTIONS]

    /// An account of the tier, and a token of a session of its own.
    private static func token(_ tier: Tier, _ api: LiveAPI, _ pool: PostgresPool) async throws -> String {
        let body = #"{"email":"\#(tier.rawValue)@example.com","password":"correct horse battery staple"}"#
        let answer = try await api.post("/api/v1/auth/register", body)
        try await pool.execute(
            "UPDATE users SET subscription = \(tier.rawValue) WHERE email = \(tier.rawValue + "@example.com")"
        )
        api.clock.advance(milliseconds: 1_001)
        return try #require(answer.json?["accessToken"]?.text)
    }

    private static func path(_ template: String) -> String {
        template.replacingOccurrences(of: "{symbol}", with: "NOPE").replacingOccurrences(of: "{id}", with: "1")
    }

    private static func status(
        _ method: HTTPMethod,
        _ path: String,
        _ token: String?,
        _ api: LiveAPI
    ) async throws -> Int {
        // What a caller says of its own tier changes nothing.
        let headers: HTTPHeaders = [
            "X-HTTP-Method-Override": "DELETE", "X-Subscription": "vip", "X-Tier": "vip", "X-User-Id": "1",
        ]
        return try await api.send(method, path, token: token, headers: headers).status
    }

    /// What the table says; 405 where the path answers other methods only.
    private static func expected(_ method: HTTPMethod, _ template: String) -> Expected {
        if method == .OPTIONS { return .open(204) }
        let named = method == .HEAD ? "GET" : method.rawValue
        return table["\(named) \(template)"] ?? .open(405)
    }

    @Test("The table has every route that the router has, and no other")
    func complete() async throws {
        try await LiveAPI.serving { api in
            let known = Set(api.routes.filter { !$0.contains("**") }.map { $0.split(separator: " ")[1] })
            let listed = Set(Self.table.keys.map { $0.split(separator: " ")[1] })
            let files: Set<Substring> = ["/", "/account", "/dashboard"]
            let missing = known.subtracting(listed).filter { !$0.hasPrefix("/dashboard/") && !files.contains($0) }
            #expect(missing.sorted() == [])
            #expect(listed.subtracting(known).sorted() == [])
        }
    }

    @Test("A stranger gets what the table says, by every method")
    func strangers() async throws {
        try await check(nil)
    }

    @Test("A caller of each tier gets what the table says, by every method", arguments: Tier.allCases)
    func tiers(tier: Tier) async throws {
        try await check(tier)
    }

    private func check(_ tier: Tier?) async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            var options = LiveAPI.Options()
            options.database = pool
            try await LiveAPI.serving(options) { api in
                var token: String?
                if let tier { token = try await Self.token(tier, api, pool) }
                let paths = Set(Self.table.keys.map { String($0.split(separator: " ")[1]) })
                for template in paths.sorted(by: { !$0.hasSuffix("logout") && ($1.hasSuffix("logout") || $0 < $1) }) {
                    for method in Self.methods {
                        let expected = Self.expected(method, template)
                        let status = try await Self.status(method, Self.path(template), token, api)
                        #expect(
                            status == (tier.flatMap { expected.tiers[$0] } ?? expected.stranger),
                            "\(method) \(template)"
                        )
                    }
                }
            }
        }
    }
}
