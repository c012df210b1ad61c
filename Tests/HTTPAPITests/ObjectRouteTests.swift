import Accounts
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Storage
import StrictJSON
import TestKit
import Testing

/// Every route that names somebody's thing by its id, as somebody else of each tier asks for it.
///
/// The routes come from the router itself: a new one fails the test until it is said how its things are made.
@Suite("What belongs to somebody else is not there", .timeLimit(.minutes(5)))
struct ObjectRouteTests {
    /// An account's tokens, and the id of what it owns.
    private struct Account: Sendable {
        let token: String

        static func register(_ email: String, _ api: LiveAPI) async throws -> Account {
            let body = #"{"email":"\#(email)","password":"correct horse battery staple"}"#
            let answer = try await api.post("/api/v1/auth/register", body, headers: ["X-Client": "native"])
            return Account(token: try #require(answer.json?["accessToken"]?.text))
        }
    }

    /// How an owner comes by one thing of each kind, and whether it is there still.
    private struct Kind: Sendable {
        let make: @Sendable (Account, LiveAPI) async throws -> String
        let exists: @Sendable (String, Account, LiveAPI) async throws -> Bool
    }

    private static let kinds: [String: Kind] = [
        "/api/v1/user/sessions/{id}": Kind(
            make: { try #require(try await sessions($0, $1).first) },
            exists: { id, owner, api in try await sessions(owner, api).contains(id) }
        )
    ]

    private static func sessions(_ owner: Account, _ api: LiveAPI) async throws -> [String] {
        let list = try await api.get("/api/v1/user/sessions", token: owner.token)
        return try #require(list.json?["items"]?.items).compactMap { $0["id"]?.text }
    }

    /// Paths with a parameter that is no market symbol, with every method but those that nothing is asked by.
    ///
    /// Signals belong to nobody: who is shown which, `SignalRoutesTests` says.
    private static func routes(_ api: LiveAPI) -> [(method: HTTPMethod, path: String)] {
        api.routes.compactMap { route in
            let parts = route.split(separator: " ").map(String.init)
            let isSomebodys = !parts[1].contains("{symbol}") && !parts[1].hasPrefix("/api/v1/signals/")
            guard parts[1].contains("{"), isSomebodys, parts[0] != "OPTIONS" else { return nil }
            return (HTTPMethod(rawValue: parts[0]), parts[1])
        }
    }

    @Test("By every method, for every tier, with the very words that a thing which nobody has gets")
    func strangers() async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            var options = LiveAPI.Options()
            options.database = pool
            try await LiveAPI.serving(options) { api in
                let owner = try await Account.register("owner@example.com", api)
                let routes = Self.routes(api)
                #expect(Set(routes.map(\.path)) == Set(Self.kinds.keys))
                for tier in Tier.allCases {
                    let email = "\(tier.rawValue)@example.com"
                    let other = try await Account.register(email, api)
                    try await pool.execute("UPDATE users SET subscription = \(tier.rawValue) WHERE email = \(email)")
                    api.clock.advance(milliseconds: 1_001)
                    for route in routes {
                        let kind = try #require(Self.kinds[route.path])
                        let id = try await kind.make(owner, api)
                        try await Self.ask(route, for: id, as: other, api)
                        #expect(try await kind.exists(id, owner, api), "\(route)")
                    }
                }
            }
        }
    }

    private static func ask(
        _ route: (method: HTTPMethod, path: String),
        for id: String,
        as other: Account,
        _ api: LiveAPI
    ) async throws {
        var words: [String] = []
        for id in [id, UUID().uuidString.lowercased()] {
            let path = route.path.replacing("{id}", with: id)
            let answer = try await api.send(
                route.method,
                path,
                token: other.token,
                headers: ["Content-Type": "application/json"],
                body: [.GET, .HEAD].contains(route.method) ? nil : "{}"
            )
            #expect([403, 404, 405].contains(answer.status), "\(route) \(answer.status)")
            words.append("\(answer.status) \(answer.code ?? "") \(answer.json?["detail"]?.text ?? "")")
        }
        #expect(words[0] == words[1], "\(route)")
    }
}
