import Markets
import NIOCore
import TestKit
import Testing
import VenueSimulator
import Venues

@Suite("Venue feeds, each on its simulated venue", .fewAtOnce, .timeLimit(.minutes(3)))
struct EveryVenueFeedTests {
    private static func settings(_ venue: Venue) -> FeedHarness.Settings {
        var settings = FeedHarness.Settings()
        settings.venue = venue
        settings.spotOnly = false
        settings.depth = VenueReader.Depth(markets: 4, books: 2)
        settings.assets = 12
        settings.tradesPerSecond = 200
        settings.adjust = { $0.shutdownJitter = .zero }
        return settings
    }

    @Test(
        "It delivers both families: figures, trades, candles, quotes, books, open interest, funding",
        arguments: Venue.allCases
    )
    func delivers(venue: Venue) async throws {
        try await FeedHarness.running(Self.settings(venue)) { harness in
            await harness.until { record in
                let followed = record.traded
                let perpetuals = followed.filter(\.isPerpetual)
                return followed.count == 8 && perpetuals.count == 4
                    && record.charted == followed
                    && record.books.values.count { $0.isLive } == 4
                    && followed.isSubset(of: record.quotes.keys)
                    && followed.isSubset(of: record.tickers.keys)
                    && perpetuals.isSubset(of: record.openInterest.keys)
                    && perpetuals.allSatisfy { record.funding[$0]?.rate != nil && record.funding[$0]?.markPrice != nil }
                    && perpetuals.allSatisfy { record.funding[$0]?.indexPrice != nil }
                    && record.isWhole
            }
            let delivered = harness.delivered
            let status = try #require(delivered.statuses.last)
            #expect(delivered.instruments.contains { $0.symbol.isPerpetual })
            #expect(delivered.instruments.contains { !$0.symbol.isPerpetual })
            #expect(delivered.strays == 0)
            #expect(harness.timed > 0)
            #expect(status.state == .simulated)
            #expect(status.counts.refusals.isEmpty && status.counts.faults.isEmpty)
        }
    }

    @Test("Liquidations come from the venues that publish them", arguments: [Venue.binance, .bybit, .okx])
    func liquidations(venue: Venue) async throws {
        try await FeedHarness.running(Self.settings(venue)) { harness in
            await harness.until { !$0.liquidations.isEmpty }
            #expect(harness.delivered.liquidations.allSatisfy { $0.symbol.isPerpetual })
        }
    }

    @Test("A minute that is over is told as a closed candle", arguments: Venue.allCases)
    func closes(venue: Venue) async throws {
        var settings = Self.settings(venue)
        settings.clock = .running(from: MarketClock.system.now(), speed: 30)
        try await FeedHarness.running(settings) { harness in
            await harness.until { record in
                record.closed.contains { $0.isPerpetual } && record.closed.contains { !$0.isPerpetual }
            }
            let candles = harness.delivered.candles.filter { $0.interval == .oneMinute }
            for (_, ofOne) in Dictionary(grouping: candles, by: \.symbol) {
                // Of one minute nothing more is told once it is closed, and the next one never begins before.
                let times = ofOne.map(\.openTime)
                #expect(times == times.sorted())
            }
        }
    }

    @Test(
        "After lost, doubled, swapped and garbled frames the book is the venue's own again",
        arguments: Venue.allCases
    )
    func books(venue: Venue) async throws {
        let market = SteppedClock()
        var settings = Self.settings(venue)
        settings.clock = market.clock
        let symbol = try #require(Symbol("BTCUSDT"))
        try await FeedHarness.running(settings) { harness in
            await harness.until { $0.books[symbol]?.isLive == true }
            harness.simulator.faults.disturb(share: 0.02, seed: 11)
            await harness.until { ($0.books[symbol]?.losses ?? 0) >= 2 }
            harness.simulator.faults.disturb(share: 0, seed: 0)
            await harness.until { $0.books[symbol]?.isLive == true }
            market.stop()
            // The last frames are on their way: asked again until both say the same, which a wrong book never does.
            for _ in 0..<400 {
                let truth = try await TrueBook(of: venue, port: harness.port)
                let told = harness.delivered.books[symbol]
                if let told, told.isLive, TrueBook(told.book) == truth { return }
            }
            Issue.record("the book that is served is not the venue's")
        }
    }

    @Test(
        "A connection that grows old is replaced before it ends: nothing is lost, and nothing counts as reconnected",
        arguments: Venue.allCases
    )
    func replaced(venue: Venue) async throws {
        var settings = Self.settings(venue)
        settings.adjust = { policy in
            // Long enough for a successor to be live in time on a busy machine.
            policy.lifetime = .seconds(5)
            policy.lifetimeJitter = .zero
        }
        try await FeedHarness.running(settings) { harness in
            await harness.until { record in
                guard let status = record.statuses.last else { return false }
                let total = status.connections.total
                return total > 0 && status.counts.faults["planned", default: 0] >= 2 * total
            }
            let delivered = harness.delivered
            let status = try #require(delivered.statuses.last)
            #expect(status.reconnects == 0)
            // A successor that does not come up in time is tried again, while the old one goes on.
            #expect(Set(status.counts.faults.keys).subtracting(["connect_failed"]) == ["planned"])
            #expect(delivered.books.values.allSatisfy { $0.losses == 0 })
            await harness.until { $0.books.values.count { $0.isLive } == 4 }
            let trades = delivered.trades.count
            await harness.until { $0.trades.count > trades }
            guard venue == .binance else { return }
            for (symbol, trades) in Dictionary(grouping: delivered.trades, by: \.symbol) where !symbol.isPerpetual {
                let ids = Set(trades.map(\.id)).sorted()
                #expect(ids.last.map { $0 - ids[0] + 1 } == Int64(ids.count), "every trade of \(symbol) was heard")
            }
        }
    }

    @Test("Connections that break are made again, and books begin anew", arguments: Venue.allCases)
    func breaks(venue: Venue) async throws {
        try await FeedHarness.running(Self.settings(venue)) { harness in
            // A connection that is still being made when it is dropped would be made anew, but not again.
            await harness.until { $0.books.values.count { $0.isLive } == 4 && $0.isWhole }
            harness.simulator.dropConnections()
            await harness.until { record in
                guard let status = record.statuses.last else { return false }
                return status.reconnects >= status.connections.total && record.isWhole
                    && record.books.values.count { $0.isLive && $0.losses > 0 } == 4
            }
            let status = try #require(harness.delivered.statuses.last)
            #expect(status.counts.faults["closed", default: 0] >= status.connections.total)
        }
    }

    @Test("A stream that the venue refuses costs only itself", arguments: [Venue.bybit, .okx, .mexc])
    func refusal(venue: Venue) async throws {
        let symbol = try #require(Symbol("NOBODYUSDT-PERP"))
        let names = [Venue.bybit: "NOBODYUSDT", .okx: "NOBODY-USDT-SWAP", .mexc: "NOBODY_USDT"]
        var settings = Self.settings(venue)
        settings.depth.markets = 1000
        settings.more = [
            Instrument(
                venue: venue,
                symbol: symbol,
                venueSymbol: try #require(names[venue]),
                base: "NOBODY",
                quote: "USDT",
                tickSize: nil,
                lotSize: nil,
                isTrading: true
            )
        ]
        try await FeedHarness.running(settings) { harness in
            await harness.until { record in
                guard let status = record.statuses.last else { return false }
                return status.counts.refusedStreams > 0 && record.isWhole && record.traded.count > 8
            }
            let faults = harness.delivered.statuses.last?.counts.faults
            #expect(faults?.isEmpty == true)
            #expect(harness.delivered.trades.allSatisfy { $0.symbol != symbol })
        }
    }
}
