import Accounts
import Channels
import Foundation
import Postgres
import Realtime
import Storage
import StrictJSON
import TestKit
import Testing

/// A database with channels, and servers on it, one after the other.
struct ChannelStand: Sendable {
    let pool: PostgresPool
    let clock = ManualClock()
    let users = MemoryUsers()

    static func run(_ body: (ChannelStand) async throws -> Void) async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            try await body(ChannelStand(pool: pool))
        }
    }

    /// A server from its start to its end.
    func serving(_ body: (SocketStand) async throws -> Void) async throws {
        try await SocketStand.serving(clock: clock, users: users, log: .postgres(pool), body)
    }

    /// An account, which the database knows too.
    func add(_ tier: Tier) async throws -> UUID {
        let id = try users.add(tier: tier)
        try await pool.execute(
            "INSERT INTO users (id, email, password_hash) VALUES (\(id), \("\(id.uuidString.lowercased())@example.com"), 'x')"
        )
        return id
    }

    /// Publishes to a channel and gives the number.
    @discardableResult
    func publish(_ payload: String, to channel: ChannelKey = .signals, lock: ChannelDraft.Lock? = nil) async throws
        -> Int64
    {
        let draft = ChannelDraft(to: channel, payload: payload, lock: lock, createdAt: clock.date)
        return try await pool.withTransaction { try await $0.append(draft) }
    }

    func publish(_ count: Int, to channel: ChannelKey = .signals) async throws {
        for number in 0..<count { try await publish(#"{"n":\#(number)}"#, to: channel) }
    }
}

extension JSONValue {
    /// A number's text.
    var number: String? { if case .number(let text) = self { text } else { nil } }

    /// Where the server says a channel starts, and whether nothing was missed.
    var start: String { "\(self["sequence"]?.number ?? "?") \(self["recovered"] == .boolean(true))" }
}
