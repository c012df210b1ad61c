import MarketFeed
import Markets
import Postgres
import Storage
import TestKit
import Testing

@Suite("The liquidation store", .database, .timeLimit(.minutes(5)))
struct LiquidationStoreTests {
    private static let begin: Int64 = 1_700_000_040_000

    @Test("What is written is read again to the last digit, and twice is once")
    func once() async throws {
        let store = LiquidationStore.postgres(try PostgresPool.ofTest())
        let rows = [
            try liquidation(.bybit, .long, price: "0.000000000001", quantity: "123456789.123456789", at: 0),
            try liquidation(.okx, .short, price: "67123.45", quantity: "0.001", at: 1),
        ]
        try await store.insert(rows)
        try await store.insert(rows + [try liquidation(.okx, .short, price: "67123.45", quantity: "0.002", at: 1)])
        try await store.insert([])
        let stored = try await store.recent(time(0), 10)
        #expect(stored.prefix(2) == rows[...])
        #expect(stored.count == 3)
    }

    @Test("Of every symbol the newest are read, oldest first")
    func recent() async throws {
        let store = LiquidationStore.postgres(try PostgresPool.ofTest())
        let mine = try (0..<8).map { try liquidation(.bybit, .long, price: "1", quantity: "1", at: $0) }
        let other = try liquidation(.okx, .long, "ETHUSDT-PERP", price: "1", quantity: "1", at: 4)
        try await store.insert(mine + [other])
        #expect(try await store.recent(time(0), 3) == [other] + mine[5...])
        #expect(try await store.recent(time(7), 3) == [mine[7]])
    }

    @Test("Sums are by venue, symbol and minute, longs and shorts apart, and equal those of the rows", arguments: 1...3)
    func sums(seed: UInt64) async throws {
        let store = LiquidationStore.postgres(try PostgresPool.ofTest())
        var random = SeededGenerator(seed: seed)
        let rows = try (0..<300).map { number in
            try liquidation(
                Bool.random(using: &random) ? .bybit : .okx,
                Bool.random(using: &random) ? .long : .short,
                price: "\(number + 1).5",
                quantity: "\(Int.random(in: 1...9, using: &random))",
                at: Int.random(in: 0..<600, using: &random)
            )
        }
        try await store.insert(rows)
        let span = TimeSpan(from: time(60), to: time(480))
        var expected: [LiquidationSum.Key: (long: Money, short: Money)] = [:]
        for row in rows where span.contains(row.time) {
            let minute = CandleInterval.oneMinute.openTime(of: row.time)
            let key = LiquidationSum.Key(venue: row.venue, minute: minute)
            var sum = expected[key] ?? (.zero, .zero)
            let notional = try #require(row.liquidation.notional)
            if row.liquidation.side == .long {
                sum.long = Money(try #require(sum.long.value.adding(notional.value)))
            } else {
                sum.short = Money(try #require(sum.short.value.adding(notional.value)))
            }
            expected[key] = sum
        }
        let sums = try await store.sums(span)
        #expect(sums.count == expected.count)
        for sum in sums {
            let key = LiquidationSum.Key(venue: sum.venue, minute: sum.minute)
            #expect(sum.long == expected[key]?.long)
            #expect(sum.short == expected[key]?.short)
        }
    }

    @Test("The oldest are deleted first, no more than asked for")
    func prune() async throws {
        let store = LiquidationStore.postgres(try PostgresPool.ofTest())
        let rows = try (0..<6).map { try liquidation(.bybit, .long, price: "1", quantity: "1", at: $0) }
        try await store.insert(rows.reversed())
        #expect(try await store.prune(time(4), 3) == 3)
        #expect(try await store.recent(time(0), 10) == Array(rows[3...]))
        #expect(try await store.prune(time(4), 3) == 1)
        #expect(try await store.prune(time(4), 3) == 0)
        #expect(try await store.recent(time(0), 10) == Array(rows[4...]))
    }

    @Test("Every world has liquidations of its own, and a new replay forgets those of the last")
    func worlds() async throws {
        let pool = try PostgresPool.ofTest()
        let one = [try liquidation(.bybit, .long, price: "1", quantity: "1", at: 0)]
        let worlds: [MarketWorld] = [.live, .simulated(seed: 1), .replayed]
        for world in worlds {
            try await with(world, of: pool) { store in
                #expect(try await store.recent(time(0), 9).isEmpty)
                try await store.insert(one)
            }
        }
        for (world, isKept) in zip(worlds + [.simulated(seed: 2)], [true, true, false, false]) {
            try await with(world, of: pool) { store in
                let stored = try await store.recent(time(0), 9)
                #expect(stored == (isKept ? one : []))
            }
        }
    }

    private func with(
        _ world: MarketWorld,
        of pool: PostgresPool,
        _ body: (LiquidationStore) async throws -> Void
    ) async throws {
        let own = PostgresPool(configuration: world.configuration(pool.configuration), logger: ThrowawayCluster.logger)
        do {
            try await world.prepare(own)
            try await body(.postgres(own))
        } catch {
            await own.close()
            throw error
        }
        await own.close()
    }

    private func time(_ second: Int) -> MarketTime { MarketTime(milliseconds: Self.begin + Int64(second) * 1_000) }

    private func liquidation(
        _ venue: Venue,
        _ side: PositionSide,
        _ symbol: String = "BTCUSDT-PERP",
        price: String,
        quantity: String,
        at second: Int
    ) throws -> VenueLiquidation {
        VenueLiquidation(
            venue: venue,
            liquidation: Liquidation(
                symbol: try #require(Symbol(symbol)),
                side: side,
                price: try #require(Price(price)),
                quantity: try #require(Quantity(quantity))
            ),
            time: time(second)
        )
    }
}

extension LiquidationSum {
    fileprivate struct Key: Hashable {
        let venue: Venue
        let minute: MarketTime
    }
}
