import Accounts
import Channels
import Foundation
import Leases
import Logging
import Markets
import Postgres
import Signals
import Storage
import TestKit
import Testing

@Suite("Leases", .database, .timeLimit(.minutes(5)))
struct LeaseTests {
    private let pool: PostgresPool
    private let store: LeaseStore
    private let clock = ManualClock()
    private static let length = Duration.seconds(600)

    init() throws {
        pool = try .ofTest()
        store = .postgres(pool)
    }

    private func holder(_ name: String) -> LeaseHolder {
        LeaseHolder(
            job: "signals",
            holder: name,
            store: store,
            now: { [clock] in clock.milliseconds },
            logger: ThrowawayCluster.logger
        )
    }

    /// As if the holder had not asked for so long that its time is over.
    private func expire() async throws {
        try await pool.execute("UPDATE leases SET expires_at = clock_timestamp() - interval '1 second'")
    }

    private func signal() throws -> Signal {
        let prices = try ["100", "98", "102", "104", "106"].map { try #require(Price($0)) }
        let born = MarketTime(milliseconds: clock.milliseconds)
        return Signal(
            id: UUID(),
            symbol: try #require(Symbol("BTCUSDT-PERP")),
            venue: .binance,
            levels: try SignalLevels(direction: .buy, entry: prices[0], stop: prices[1], targets: Array(prices[2...])),
            confidence: nil,
            baseRate: 47,
            triggers: [],
            strategy: Signal.Strategy(name: "composite", version: 1, isPaper: false),
            timeframe: .oneHour,
            minTier: .free,
            createdAt: born,
            expiresAt: born.adding(milliseconds: 86_400_000)
        )
    }

    private func publish(_ signal: Signal, _ record: SignalRecord) async throws -> RecordPlace? {
        let date = clock.date
        return try await record.publish(signal) { place in
            SignalText.message(StoredSignal(signal: signal, standing: .active, place: place), at: date)
        }
    }

    @Test("A job has one holder; another gets it when it is given back or its time is over, with another token")
    func hands() async throws {
        #expect(try await store.take("signals", "a", Self.length) == Fence(job: "signals", token: 1))
        #expect(try await store.take("signals", "b", Self.length) == nil)
        #expect(try await store.take("candles", "b", Self.length)?.token == 1)
        #expect(try await store.take("signals", "a", Self.length)?.token == 1)
        try await store.release("signals", "b")
        #expect(try await store.take("signals", "b", Self.length) == nil)
        try await store.release("signals", "a")
        #expect(try await store.take("signals", "b", Self.length)?.token == 2)
        try await expire()
        // Nobody wrote in between: it is the same hand.
        #expect(try await store.take("signals", "b", Self.length)?.token == 2)
        try await expire()
        #expect(try await store.take("signals", "a", Self.length)?.token == 3)
        #expect(try await store.take("signals", "b", Self.length) == nil)
    }

    @Test("Of many that ask at once, one gets it")
    func crowd() async throws {
        for round in 1...5 {
            let store = store
            let taken = try await withThrowingTaskGroup(of: Fence?.self) { group in
                for number in 0..<8 {
                    group.addTask { try await store.take("signals", "\(round) \(number)", Self.length) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(taken.compactMap(\.self) == [Fence(job: "signals", token: Int64(round))])
            try await expire()
        }
    }

    @Test("What a process that has lost its lease still writes is refused, and changes nothing")
    func fenced() async throws {
        let (first, second) = (holder("a"), holder("b"))
        let (early, late) = (SignalRecord.postgres(pool, under: first), SignalRecord.postgres(pool, under: second))
        let (one, two) = (try signal(), try signal())
        await #expect(throws: LeaseLost(job: "signals")) { try await publish(one, early) }
        try await first.ask()
        try await second.ask()
        #expect(first.isHeld && !second.isHeld)
        #expect(try await publish(one, early)?.index == 0)
        await #expect(throws: LeaseLost(job: "signals")) { try await publish(two, late) }

        try await expire()
        try await second.ask()
        // The first one does not know yet.
        #expect(first.isHeld && second.isHeld)
        await #expect(throws: LeaseLost(job: "signals")) { try await publish(two, early) }
        let end = SignalStanding.cancelled(.neverEntered, at: one.expiresAt)
        await #expect(throws: LeaseLost(job: "signals")) {
            try await early.conclude(one.id, end) { _ in
                ChannelDraft(to: .signals, payload: "{}", createdAt: Date(timeIntervalSince1970: 0))
            }
        }
        #expect(try await early.head().size == 1)
        #expect(try await publish(two, late)?.index == 1)
        try await first.ask()
        #expect(!first.isHeld)
    }

    @Test("Who could not renew in time stops by itself, without asking anybody")
    func late() async throws {
        let holder = holder("a")
        try await holder.ask()
        clock.advance(milliseconds: 2_999)
        #expect(holder.isHeld)
        clock.advance(milliseconds: 1)
        #expect(throws: LeaseLost(job: "signals")) { try holder.fence() }
        try await holder.ask()
        #expect(try holder.fence().token == 1)
    }

    @Test("A process that stops gives the job back at once")
    func released() async throws {
        let (first, second) = (holder("a"), holder("b"))
        try await first.ask()
        try await first.release()
        #expect(!first.isHeld)
        try await second.ask()
        #expect(try second.fence().token == 2)
        // It has nothing to give back any more.
        try await first.release()
        try await first.ask()
        #expect(second.isHeld && !first.isHeld)
    }

    @Test("Nobody takes a job over while something of it is being committed")
    func committing() async throws {
        let fence = try #require(try await store.take("signals", "a", Self.length))
        try await expire()
        let (store, pool) = (store, pool)
        let taking = try await pool.withTransaction { connection in
            try await connection.require(fence)
            let taking = Task { try await store.take("signals", "b", Self.length) }
            // Until the other one waits for this transaction, which itself would see what it saw at its first look.
            var waiting = 0
            while waiting == 0 {
                let rows = try await pool.query(
                    """
                    SELECT count(*) AS waiting FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock'
                    """
                )
                waiting = try rows.first?.decode("waiting") ?? 0
            }
            return taking
        }
        #expect(try await taking.value?.token == 2)
    }
}
