import Accounts
import Channels
import Foundation
import Markets
import Postgres
import PumpDetection
import Storage
import TestKit
import Testing

@Suite("The pump store", .database, .timeLimit(.minutes(5)))
struct PumpStoreTests {
    @Test("A pump and its message are stored together, and a change is a change of the same row")
    func together() async throws {
        let pool = try PostgresPool.ofTest()
        let store = PumpStore.postgres(pool)
        var pump = try Self.pump()
        try await store.save(pump, #"{"step":1}"#)
        pump.peakPrice = try #require(Price("0.000000000003"))
        pump.status = .ended
        pump.endedAt = pump.startedAt.adding(milliseconds: 61_000)
        try await store.save(pump, #"{"step":2}"#)
        #expect(try await store.list(PumpQuery()) == [pump])
        let history = try #require(try await ChannelLog.postgres(pool).read([.pumps: 0])[.pumps])
        #expect(history.entries.map(\.payload) == [#"{"step":1}"#, #"{"step":2}"#])
    }

    @Test("A pump that the table refuses leaves no message")
    func refused() async throws {
        let pool = try PostgresPool.ofTest()
        var pump = try Self.pump()
        pump.status = .ended
        await #expect(throws: PostgresError.self) {
            try await PumpStore.postgres(pool).save(pump, #"{"step":1}"#)
        }
        #expect(try await ChannelLog.postgres(pool).read([.pumps: 0])[.pumps]?.head == 0)
    }

    @Test("Pages are newest first, by symbol and venue, and none is skipped between them")
    func pages() async throws {
        let store = PumpStore.postgres(try PostgresPool.ofTest())
        let all = try (0..<7).map { try Self.pump($0.isMultiple(of: 2) ? .okx : .mexc, at: Int64($0 / 2) * 1000) }
        for pump in all { try await store.save(pump, #"{"a":1}"#) }
        var seen: [Pump] = []
        var query = PumpQuery(limit: 3)
        while case let page = try await store.list(query), let last = page.last {
            seen += page
            query.after = PumpPlace(text: PumpPlace(of: last).text)
        }
        #expect(seen.count == 7)
        #expect(Set(seen) == Set(all))
        #expect(seen.map(\.startedAt) == seen.map(\.startedAt).sorted(by: >))
        #expect(try await store.list(PumpQuery(venue: .mexc)).count == 3)
        #expect(try await store.list(PumpQuery(symbol: Symbol("XYZUSDT"))).isEmpty)
    }

    @Test("What a killed process has left open is ended and said")
    func abandoned() async throws {
        let pool = try PostgresPool.ofTest()
        let store = PumpStore.postgres(pool)
        try await store.save(try Self.pump(), #"{"a":1}"#)
        try await store.abandon(Date()) { #"{"status":"\#($0.status.rawValue)"}"# }
        try await store.abandon(Date()) { _ in #"{"status":"again"}"# }
        #expect(try await store.list(PumpQuery()).map(\.status) == [.ended])
        let entries = try await ChannelLog.postgres(pool).read([.pumps: 0])[.pumps]?.entries
        #expect(entries?.map(\.payload) == [#"{"a":1}"#, #"{"status":"ended"}"#])
    }

    @Test("An alert is given out once per cooldown, and to tiers that have pumps")
    func watchers() async throws {
        let pool = try PostgresPool.ofTest()
        let store = PumpStore.postgres(pool)
        let now = Date(timeIntervalSince1970: 1_700_000_000)
        let paying = UUID()
        for (user, tier) in [(paying, "pro"), (UUID(), "free")] {
            try await pool.execute(
                """
                INSERT INTO users (id, email, password_hash, subscription)
                VALUES (\(user), \("\(user.uuidString.lowercased())@b.co"), 'x', \(tier)::text::subscription_tier)
                """
            )
            try await pool.execute(
                """
                INSERT INTO alerts (user_id, symbol, kind, cooldown_seconds) VALUES (\(user), 'ABCUSDT', 'pump', 60)
                """
            )
        }
        let symbol = try #require(Symbol("ABCUSDT"))
        #expect(try await store.watchers(symbol, now) == [paying])
        #expect(try await store.watchers(symbol, now.addingTimeInterval(59)).isEmpty)
        #expect(try await store.watchers(symbol, now.addingTimeInterval(60)) == [paying])
    }

    private static func pump(_ venue: Venue = .binance, at offset: Int64 = 0) throws -> Pump {
        Pump(
            id: UUID(),
            symbol: try #require(Symbol("ABCUSDT")),
            venue: venue,
            triggers: [PumpTrigger(kind: .rushOrders, weight: 0.75), PumpTrigger(kind: .price, weight: 0.25)],
            score: 1.5,
            volumeRatio: 80.25,
            startedAt: MarketTime(milliseconds: 1_700_000_000_000 + offset),
            priceAtStart: try #require(Price("0.000000000001")),
            peakPrice: try #require(Price("0.000000000002")),
            status: .started,
            isLate: false
        )
    }
}
