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
        #expect(try await store.save(pump, Self.teller()) == .asOwn)
        pump.peakPrice = try #require(Price("0.000000000003"))
        pump.status = .ended
        pump.endedAt = pump.startedAt.adding(milliseconds: 61_000)
        #expect(try await store.save(pump, Self.teller()) == .asOwn)
        #expect(try await store.list(PumpQuery()) == [pump])
        #expect(try await Self.told(pool) == ["started 0.000000000002", "ended 0.000000000003"])
    }

    @Test("What was stored although the answer was lost is stored again without a second message")
    func repeated() async throws {
        let pool = try PostgresPool.ofTest()
        let store = PumpStore.postgres(pool)
        let pump = try Self.pump()
        for _ in 0..<3 { #expect(try await store.save(pump, Self.teller()) == .asOwn) }
        #expect(try await Self.told(pool).count == 1)
    }

    @Test("Of two processes that see one pump, at once or a moment apart, one tells of it, to its end")
    func twoProcesses() async throws {
        let pool = try PostgresPool.ofTest()
        let store = PumpStore.postgres(pool)
        let pumps = try [Self.pump(), Self.pump(at: 1_500)]
        let tellers = [Self.teller(UUID()), Self.teller(UUID())]
        let saved = try await withThrowingTaskGroup(of: PumpStore.Saved.self) { group in
            for (pump, teller) in zip(pumps, tellers) { group.addTask { try await store.save(pump, teller) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(saved.filter { $0 == .asOwn }.count == 1 && saved.filter { $0 == .elsewhere }.count == 1)
        for (pump, teller) in zip(pumps, tellers) {
            var over = pump
            over.status = .ended
            over.endedAt = pump.startedAt.adding(milliseconds: 90_000)
            _ = try await store.save(over, teller)
            // What comes once it is over is the same pump still.
            _ = try await store.save(pump, teller)
        }
        #expect(try await Self.told(pool) == ["started 0.000000000002", "ended 0.000000000002"])
        #expect(try await store.list(PumpQuery()).count == 1)
        #expect(try await store.save(Self.pump(at: 1_801_500), tellers[0]) == .asOwn)
    }

    @Test("A pump whose teller is gone is taken over by a process that sees it, under the id that it has")
    func takenOver() async throws {
        let pool = try PostgresPool.ofTest()
        let store = PumpStore.postgres(pool)
        let first = try Self.pump()
        var second = try Self.pump(at: 700)
        let (gone, here) = (UUID(), UUID())
        #expect(try await store.save(first, Self.teller(gone)) == .asOwn)
        second.peakPrice = try #require(Price("0.000000000005"))
        #expect(try await store.save(second, Self.teller(here, after: 30)) == .elsewhere)
        #expect(try await store.save(second, Self.teller(here, after: 31)) == .takenOver)
        second.status = .peaked
        #expect(try await store.save(second, Self.teller(here, after: 32)) == .takenOver)
        #expect(try await store.save(first, Self.teller(gone, after: 33)) == .elsewhere)
        let stored = try await store.list(PumpQuery())
        #expect(stored.map(\.id) == [first.id] && stored.map(\.status) == [.peaked])
        #expect(
            try await Self.told(pool)
                == ["started 0.000000000002", "started 0.000000000005", "peaked 0.000000000005"]
        )
    }

    @Test("Simulated and replayed pumps stand in no live list and on no live channel, and go with their world")
    func worlds() async throws {
        let pool = try PostgresPool.ofTest()
        let worlds: [MarketWorld] = [.live, .simulated(seed: 1), .replayed]
        for world in worlds {
            try await world.prepare(pool)
            let store = PumpStore.postgres(pool, world: world)
            let pump = try Self.pump()
            #expect(try await store.save(pump, Self.teller()) == .asOwn)
            #expect(try await store.list(PumpQuery()) == [pump])
            #expect(try await Self.told(pool, world).count == 1)
        }
        let epochs = try await Self.epochs(pool, worlds)
        #expect(Set(epochs).count == 3)
        for world in [MarketWorld.live, .simulated(seed: 1), .simulated(seed: 2), .replayed] {
            try await world.prepare(pool)
        }
        for (world, count) in zip(worlds, [1, 0, 0]) {
            #expect(try await PumpStore.postgres(pool, world: world).list(PumpQuery()).count == count)
            #expect(try await Self.told(pool, world).count == count)
        }
        let later = try await Self.epochs(pool, worlds)
        #expect(zip(epochs, later).map { $0 == $1 } == [true, false, false])
    }

    @Test("A pump that the table refuses leaves no message")
    func refused() async throws {
        let pool = try PostgresPool.ofTest()
        var pump = try Self.pump()
        pump.status = .ended
        await #expect(throws: PostgresError.self) {
            try await PumpStore.postgres(pool).save(pump, Self.teller())
        }
        #expect(try await ChannelLog.postgres(pool).read([.pumps: 0])[.pumps]?.head == 0)
    }

    @Test("Pages are newest first, by symbol and venue, and none is skipped between them")
    func pages() async throws {
        let store = PumpStore.postgres(try PostgresPool.ofTest())
        let all = try (0..<7).map { number in
            var pump = try Self.pump(number.isMultiple(of: 2) ? .okx : .mexc, at: Int64(number / 2) * 1_800_000)
            pump.status = .ended
            pump.endedAt = pump.startedAt.adding(milliseconds: 600_000)
            return pump
        }
        for pump in all { #expect(try await store.save(pump, Self.teller()) == .asOwn) }
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

    @Test("What a killed process has left open is ended and said; a process that starts ends nothing that is told of")
    func abandoned() async throws {
        let pool = try PostgresPool.ofTest()
        let store = PumpStore.postgres(pool)
        let (killed, running, starting) = (UUID(), UUID(), UUID())
        let left = try Self.pump()
        let kept = try Self.pump(.okx)
        #expect(try await store.save(left, Self.teller(killed)) == .asOwn)
        #expect(try await store.save(kept, Self.teller(running)) == .asOwn)
        for seconds in stride(from: 0.0, through: 60, by: 10) {
            try await store.keep([PumpMarket(of: kept)], Self.teller(running, after: seconds))
            try await store.keep([], Self.teller(starting, after: seconds))
        }
        #expect(try await store.list(PumpQuery()).allSatisfy { $0.status == .started })
        try await store.keep([], Self.teller(starting, after: 61))
        try await store.keep([], Self.teller(starting, after: 62))
        #expect(try await store.list(PumpQuery(venue: .binance)).map(\.status) == [.ended])
        #expect(try await store.list(PumpQuery(venue: .okx)).map(\.status) == [.started])
        let told = try await Self.told(pool)
        #expect(told.count == 3 && told.last?.hasPrefix("ended") == true)
    }

    @Test("A process goes on with what it sees itself when its teller is silent, also without news")
    func renewed() async throws {
        let pool = try PostgresPool.ofTest()
        let store = PumpStore.postgres(pool)
        let pump = try Self.pump()
        #expect(try await store.save(pump, Self.teller(UUID())) == .asOwn)
        let here = UUID()
        try await store.keep([PumpMarket(of: pump)], Self.teller(here, after: 31))
        try await store.keep([], Self.teller(UUID(), after: 90))
        #expect(try await store.list(PumpQuery()).map(\.status) == [.started])
        #expect(try await Self.told(pool).count == 1)
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

    private static let same = UUID()

    /// A process so many seconds after the alert, whose messages are a step and a price.
    private static func teller(_ id: UUID = same, after seconds: Double = 0) -> PumpTeller {
        PumpTeller(id: id, now: Date(timeIntervalSince1970: 1_700_000_000 + seconds)) {
            #"{"a":"\#($0.status.rawValue) \#($0.peakPrice)"}"#
        }
    }

    private static func told(_ pool: PostgresPool, _ world: MarketWorld = .live) async throws -> [String] {
        let history = try await ChannelLog.postgres(pool, world: world).read([.pumps: 0])[.pumps]
        return (history?.entries ?? []).map { String($0.payload.dropFirst(6).dropLast(2)) }
    }

    private static func epochs(_ pool: PostgresPool, _ worlds: [MarketWorld]) async throws -> [String] {
        var epochs: [String] = []
        for world in worlds { epochs.append(try await ChannelLog.postgres(pool, world: world).news(nil).epoch) }
        return epochs
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
