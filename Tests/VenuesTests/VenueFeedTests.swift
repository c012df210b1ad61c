import Logging
import Markets
import NIOCore
import NIOPosix
import ServiceLifecycle
import TestKit
import Testing
import VenueSimulator
import Venues

@Suite("Venue feed on a simulated Binance spot", .fewAtOnce, .timeLimit(.minutes(3)))
struct VenueFeedTests {
    @Test("It delivers the listing, every market's figures, and trades, candles and quotes of the busiest")
    func delivers() async throws {
        try await FeedHarness.running { harness in
            await harness.until { record in
                record.traded.count == 8 && record.charted == record.traded
                    && record.statuses.last?.state == .simulated && record.statuses.last?.lag != nil
            }
            let delivered = harness.delivered
            #expect(delivered.instruments.count > 200)
            #expect(delivered.tickers.count > 200)
            #expect(delivered.quotes.count > 200)
            #expect(delivered.strays == 0)
            #expect(delivered.statuses.first?.state == .down)
            let lag = try #require(delivered.statuses.last?.lag)
            #expect(lag.p50 <= lag.p99 && lag.p99 < 5000)
        }
    }

    @Test("The chosen markets are those with the largest turnover")
    func busiest() async throws {
        try await FeedHarness.running(.init(quoteAssets: ["USDT"])) { harness in
            await harness.until { $0.charted.count == 8 }
            let delivered = harness.delivered
            let followed = Set(delivered.candles.map(\.symbol))
            let turnovers = delivered.instruments.filter { $0.quote == "USDT" && $0.isTrading }
                .compactMap { delivered.tickers[$0.symbol]?.quoteVolume }
            let chosen = followed.compactMap { delivered.tickers[$0]?.quoteVolume }.sorted()
            let least = try #require(chosen.first)
            #expect(followed.count == 8)
            // Figures move while the test looks: of several hundred markets, not many can have overtaken.
            #expect(turnovers.count { $0 > least } < 16)
        }
    }

    @Test("Several connections share the streams, and all of them must be there to be live")
    func shards() async throws {
        try await FeedHarness.running(.init(adjust: { $0.streamsPerConnection = 10 })) { harness in
            await harness.until { $0.isWhole && $0.traded.count == 8 }
            #expect(harness.simulator.openConnections == 3)
        }
    }

    @Test("Connections that break are made again")
    func breaks() async throws {
        try await FeedHarness.running { harness in
            await harness.until { !$0.trades.isEmpty && $0.isWhole }
            harness.simulator.dropConnections()
            await harness.until { $0.isWhole && ($0.statuses.last?.reconnects ?? 0) >= 1 }
            let trades = harness.delivered.trades.count
            await harness.until { $0.trades.count > trades }
            #expect(harness.delivered.statuses.map(\.state).contains(.down))
        }
    }

    @Test("A venue that falls silent with the socket open is a fault, and is heard again afterwards")
    func silence() async throws {
        try await FeedHarness.running(.init(adjust: { $0.silenceDeadline = .milliseconds(300) })) { harness in
            await harness.until { !$0.trades.isEmpty }
            harness.simulator.faults.silence(true)
            await harness.until { ($0.statuses.last?.reconnects ?? 0) >= 1 }
            harness.simulator.faults.silence(false)
            let trades = harness.delivered.trades.count
            await harness.until { $0.trades.count > trades && $0.statuses.last?.state == .simulated }
        }
    }

    @Test("A closing notice moves it to a new connection before the venue ends the old one")
    func notice() async throws {
        try await FeedHarness.running(.init(adjust: { $0.shutdownJitter = .zero })) { harness in
            await harness.until { !$0.trades.isEmpty }
            harness.simulator.announceShutdown()
            await harness.until { ($0.statuses.last?.counts.faults["planned"] ?? 0) >= 1 }
            let trades = harness.delivered.trades.count
            await harness.until { $0.trades.count > trades }
        }
    }

    @Test("Garbled frames are counted and nothing else comes of them")
    func garbled() async throws {
        try await FeedHarness.running { harness in
            await harness.until { !$0.trades.isEmpty }
            harness.simulator.faults.garble(frames: 25)
            let trades = harness.delivered.trades.count
            await harness.until { ($0.statuses.last?.counts.refusals["malformed"] ?? 0) >= 25 }
            let status = try #require(harness.delivered.statuses.last)
            #expect(status.counts.refusals == ["malformed": 25])
            #expect(harness.delivered.trades.count > trades)
            #expect(status.reconnects == 0)
            #expect(status.counts.messages > 25)
        }
    }

    @Test("A venue that is not there is asked again until it is, and stopping does not wait for it")
    func absent() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let endpoints = VenueEndpoints(rest: "http://127.0.0.1:1", webSocket: "ws://127.0.0.1:1")
        let asked = Counter()
        let clock = VenueClock(
            now: VenueClock.system.now,
            sleep: { _ in
                if asked.next() == 3 { try await Task.sleep(for: .seconds(3600)) }
                try Task.checkCancellation()
            }
        )
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let record = FeedRecord(eventLoop: eventLoop)
        let feed = VenueFeed(
            VenueFeed.Configuration(
                venue: .binance,
                isSimulated: false,
                dialects: { [BinanceSpotDialect(endpoints: endpoints)] },
                sections: [.binanceSpot(BinanceSpotClient(endpoints: endpoints), symbolLimit: 8, bookLimit: 3)]
            ),
            sink: record.sink,
            eventLoop: eventLoop,
            clock: clock,
            logger: logger
        )
        let group = ServiceGroup(services: [feed], logger: logger)
        async let running: Void = group.run()
        await record.until { !$0.statuses.isEmpty }
        await group.triggerGracefulShutdown()
        try await running
        #expect(record.value.statuses.map(\.state) == [.down])
        #expect(record.value.instruments.isEmpty)
    }

    @Test("Stopped, it says that nothing is heard any more, and its connections are closed")
    func stops() async throws {
        let harness = try await FeedHarness.running { harness in
            await harness.until { !$0.trades.isEmpty }
            #expect(harness.simulator.openConnections == 1)
        }
        #expect(harness.connectionsAfterStop == 0)
        #expect(harness.delivered.statuses.last?.state == .down)
    }
}
