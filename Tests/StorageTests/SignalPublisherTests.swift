import Accounts
import Channels
import Foundation
import Markets
import Postgres
import Signals
import Storage
import TestKit
import Testing

@Suite("Publishing signals", .database, .timeLimit(.minutes(10)))
struct SignalPublisherTests {
    private static let hour: Int64 = 3_600_000
    /// 2024-02-01.
    private static let start: Int64 = 1_706_745_600_000
    private static let length = Int64(SignalGenerator.warmUp) + 72
    private let record: SignalRecord
    private let book: SignalModelBook

    init() throws {
        record = .postgres(try .ofTest())
        book = try SignalModelBook.shipped()
    }

    /// Random walks in hours, each symbol's from a seed of its own.
    static let market: [String: [Candle]] = {
        let names = ["ADA", "BNB", "BTC", "DOGE", "ETH", "LINK", "LTC", "SOL", "XRP"].map { $0 + "USDT-PERP" }
        return Dictionary(
            uniqueKeysWithValues: names.enumerated().map { ($0.element, candles($0.element, seed: UInt64($0.offset))) }
        )
    }()

    private static func candles(_ name: String, seed: UInt64) -> [Candle] {
        var generator = SeededGenerator(seed: seed)
        var price = 1_000.0
        return (0..<length).compactMap { number in
            let open = price
            price *= 1 + Double.random(in: -0.02...0.02, using: &generator)
            let reach = 1 + Double.random(in: 0...0.01, using: &generator)
            func fixed(_ value: Double) -> FixedPoint? { FixedPoint(rounding: value, places: 4) }
            guard let symbol = Symbol(name), let first = fixed(open), let last = fixed(price),
                let high = fixed(max(open, price) * reach), let low = fixed(min(open, price) / reach),
                let volume = fixed(Double.random(in: 100...1_000, using: &generator))
            else { return nil }
            return Candle(
                symbol: symbol,
                interval: .oneHour,
                openTime: MarketTime(milliseconds: start + number * hour),
                open: Price(first),
                high: Price(high),
                low: Price(low),
                close: Price(last),
                volume: Quantity(volume),
                quoteVolume: .zero,
                trades: 1,
                isClosed: true
            )
        }
    }

    private func publisher(
        _ record: SignalRecord? = nil
    ) throws -> SignalPublisher {
        try #require(
            SignalPublisher(venue: .binance, book: book, record: record ?? self.record) { symbol, from, count in
                let all = Self.market[symbol.text] ?? []
                return all.filter {
                    $0.openTime >= from && $0.openTime.since(from) < Int64(count) * Self.hour
                }
            }
        )
    }

    /// Hours whose candles are all there, by their close.
    static let closes = (0..<Int64(72)).map {
        MarketTime(milliseconds: start + (Int64(SignalGenerator.warmUp) + $0) * hour)
    }

    /// Hour by hour until some are published.
    private func firstPublished() async throws -> (close: MarketTime, signals: [StoredSignal]) {
        let publisher = try publisher()
        for close in Self.closes {
            let signals = try await publisher.publish(at: close.adding(milliseconds: 5_000))
            if !signals.isEmpty { return (close, signals) }
        }
        Issue.record("no hour had a signal")
        return (Self.closes[0], [])
    }

    @Test("An hour's signals are stored, recorded and told, and published once however often it is tried")
    func once() async throws {
        let (close, signals) = try await firstPublished()
        #expect(signals.count <= 6)
        #expect(Set(signals.map(\.signal.symbol)).count == signals.count)
        for stored in signals {
            #expect(stored.signal.createdAt == close)
            #expect(stored.signal.confidence == nil)
        }
        #expect(try await publisher().publish(at: close.adding(milliseconds: 9_000)).isEmpty)
        #expect(try await Set(record.signals(nil, 100)) == Set(signals))
        #expect(try await record.verify(kept: []).fault == nil)
        let told = try await ChannelLog.postgres(.ofTest()).read([.signals: 0])[.signals]?.entries ?? []
        #expect(told.count == signals.count)
        for (entry, stored) in zip(told, signals) {
            #expect(entry.payload(for: .vip) == SignalText.json(stored))
            if stored.signal.minTier > .free {
                #expect(entry.payload(for: .free) == SignalText.lockedJSON(stored.signal))
                #expect(!entry.payload(for: .free).contains("entryPrice"))
            }
        }
    }

    @Test("Nothing is published when the close is too long ago, or where an hour is missing")
    func refused() async throws {
        let (close, signals) = try await firstPublished()
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            let other = SignalRecord.postgres(pool)
            func publisher(without missing: MarketTime?) throws -> SignalPublisher {
                try #require(
                    SignalPublisher(venue: .binance, book: book, record: other) { symbol, from, count in
                        (Self.market[symbol.text] ?? []).filter {
                            $0.openTime >= from && $0.openTime.since(from) < Int64(count) * Self.hour
                                && $0.openTime != missing
                        }
                    }
                )
            }
            #expect(try await publisher(without: nil).publish(at: close.adding(milliseconds: 121_000)).isEmpty)
            let gap = close.adding(milliseconds: -300 * Self.hour)
            #expect(try await publisher(without: gap).publish(at: close.adding(milliseconds: 5_000)).isEmpty)
            let again = try await publisher(without: nil).publish(at: close.adding(milliseconds: 5_000))
            #expect(again.map(\.signal.id) == signals.map(\.signal.id))
        }
    }

    @Test("A signal is followed to its end, which is recorded once; its symbol rests for a day")
    func followed() async throws {
        let (close, signals) = try await firstPublished()
        let first = try #require(signals.first).signal
        let end = close.adding(milliseconds: 60_000)
        let stop = first.levels.stop
        let checker = SignalChecker(record: record) { _, symbol, from, _ in
            guard symbol == first.symbol else { return [] }
            return [
                Candle(
                    symbol: symbol,
                    interval: .oneMinute,
                    openTime: from,
                    open: first.levels.entry,
                    high: max(stop, first.levels.entry),
                    low: min(stop, first.levels.entry),
                    close: stop,
                    volume: .zero,
                    quoteVolume: .zero,
                    trades: 2,
                    isClosed: true
                )
            ]
        }
        let ended = try await checker.check(at: end)
        #expect(ended.map(\.signal) == [first])
        #expect(try await checker.check(at: end).isEmpty)
        guard case .closed(let verdict) = ended.first?.standing else {
            Issue.record("not closed")
            return
        }
        #expect(verdict.outcome == .stopLoss)
        #expect(verdict.resultPercent < -0.2)
        #expect(try await record.verify(kept: []).fault == nil)
        #expect(try await record.outcomes(first.strategy.name, first.strategy.version) == 1)
        let next = try await publisher().publish(at: close.adding(milliseconds: Self.hour + 5_000))
        #expect(!next.contains { $0.signal.symbol == first.symbol })
    }

    @Test("Two processes whose connections are cut again and again publish and end the same signals, each once")
    func cutOff() async throws {
        let (close, _) = try await firstPublished()
        let hours = (0..<2).map { close.adding(milliseconds: $0 * Self.hour + 5_000) }
        var expected = Set(try await record.signals(nil, 100).map(\.signal))
        for hour in hours.dropFirst() { expected.formUnion(try await publisher().publish(at: hour).map(\.signal)) }

        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            let whole = SignalRecord.postgres(pool)
            let fragile = Self.cutOff(whole, pool)
            for hour in hours {
                let killed = try publisher(fragile)
                for _ in 0..<2 {
                    await withTaskGroup(of: Void.self) { group in
                        for _ in 0..<2 { group.addTask { _ = try? await killed.publish(at: hour) } }
                    }
                }
                _ = try await publisher(whole).publish(at: hour)
            }
            #expect(Set(try await whole.signals(nil, 100).map(\.signal)) == expected)

            let end = close.adding(milliseconds: 30 * Self.hour)
            for _ in 0..<4 {
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<2 { group.addTask { _ = try? await Self.checker(fragile).check(at: end) } }
                }
            }
            _ = try await Self.checker(whole).check(at: end)
            #expect(try await whole.signals(nil, 100).allSatisfy { $0.standing != .active })
            #expect(try await whole.head().size == Int64(2 * expected.count))
            #expect(try await whole.verify(kept: []).fault == nil)
            let told = try await ChannelLog.postgres(pool).read([.signals: 0])[.signals]?.entries.count
            #expect(told == 2 * expected.count)
        }
    }

    /// One that finds nothing of the market.
    private static func checker(_ record: SignalRecord) -> SignalChecker {
        SignalChecker(record: record) { _, _, _, _ in [] }
    }

    /// What the server sees of a process that is killed: its connections end, wherever they are.
    private static func cutOff(_ whole: SignalRecord, _ pool: PostgresPool) -> SignalRecord {
        var fragile = whole
        fragile.publish = { signal, draft in
            async let cut: Void = cutAll(pool)
            let place = try await whole.publish(signal, draft)
            await cut
            return place
        }
        fragile.conclude = { signal, standing, draft in
            async let cut: Void = cutAll(pool)
            let place = try await whole.conclude(signal, standing, draft)
            await cut
            return place
        }
        return fragile
    }

    private static func cutAll(_ pool: PostgresPool) async {
        _ = try? await pool.query(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """
        )
    }
}
