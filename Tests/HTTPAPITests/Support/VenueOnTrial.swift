import AsyncHTTPClient
import Foundation
import HTTPAPI
import Logging
import MarketFeed
import Markets
import NIOCore
import ServiceLifecycle
import Testing
import VenueSimulator
import Venues

/// A simulated venue that a feed reads into an API's market, with its faults at hand.
struct VenueOnTrial: Sendable {
    let venue: Venue
    let port: Int
    let faults: FaultControl

    /// Runs simulator and feed while the body runs.
    static func running(
        _ venue: Venue,
        into api: LiveAPI,
        tradesPerSecond: Double,
        clock: MarketClock = .system,
        _ body: @escaping @Sendable (VenueOnTrial) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let simulator = VenueSimulator(
            venue: venue,
            source: .market(seed: 7, tradesPerSecond: tradesPerSecond, clock: clock, assets: 12),
            logger: logger
        )
        let simulating = ServiceGroup(services: [simulator], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await simulating.run() }
            let port = try await simulator.boundPort
            let endpoints = VenueEndpoints(
                rest: "http://127.0.0.1:\(port)",
                webSocket: "ws://127.0.0.1:\(port)",
                isSimulated: true
            )
            let depth = VenueReader.Depth(markets: 4, books: 2)
            var configuration = VenueReader(venue, spot: endpoints, perpetuals: endpoints, depth: depth).feed
            configuration.delivered = api.latency.delivered(by: venue)
            configuration.adjustPolicy = { policy in
                policy.backoffBase = .milliseconds(50)
                policy.silenceDeadline = .seconds(4)
            }
            let feed = VenueFeed(configuration, sink: api.feed.sink, logger: logger)
            let feeding = ServiceGroup(services: [feed], logger: logger)
            group.addTask { try await feeding.run() }
            try await body(VenueOnTrial(venue: venue, port: port, faults: simulator.faults))
            await feeding.triggerGracefulShutdown()
            try await group.next()
            await simulating.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    /// The best levels of the venue's `BTCUSDT`, as its own REST interface shows them; nil when it shows none, as to one
    /// who asks too often.
    func trueBook(depth: Int) async throws -> (bids: [BookLevel], asks: [BookLevel])? {
        let (path, bids, asks, place): (String, String, String, [String]) =
            switch venue {
            case .binance, .mexc: ("/api/v3/depth?symbol=BTCUSDT&limit=100", "bids", "asks", [])
            case .bybit: ("/v5/market/orderbook?category=spot&symbol=BTCUSDT&limit=50", "b", "a", ["result"])
            case .okx: ("/api/v5/market/books?instId=BTC-USDT&sz=400", "bids", "asks", ["data"])
            }
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await answer.body.collect(upTo: 1 << 20)
        var json = try JSONSerialization.jsonObject(with: Data(body.readableBytesView))
        for key in place {
            guard let value = (json as? [String: Any])?[key] else { return nil }
            json = (value as? [Any])?.first ?? value
        }
        guard let book = json as? [String: Any], book[bids] != nil else { return nil }
        return (try Self.levels(book[bids], depth), try Self.levels(book[asks], depth))
    }

    private static func levels(_ value: Any?, _ depth: Int) throws -> [BookLevel] {
        try #require(value as? [[Any]]).prefix(depth).map { row in
            BookLevel(price: try #require(Price("\(row[0])")), quantity: try #require(Quantity("\(row[1])")))
        }
    }
}
