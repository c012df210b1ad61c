import CSimdJSON
import Foundation
import Logging
import MarketFeed
import Markets
import Venues

/// One way to work through messages; figures are checked against what must come out, so that nothing is left undone.
enum Workload {
    /// The bare parser on the same bytes: nothing is read from the document.
    static func parse(_ messages: Messages) throws -> Int {
        guard let parser = sj_parser_create(BinanceSpotDecoder.maximumFrameBytes, 16) else { throw BenchError.noMemory }
        defer { sj_parser_destroy(parser) }
        var parsed = 0
        messages.forEach { bytes in
            if sj_parse_by_simdjson(parser, bytes.baseAddress, bytes.count, nil) == SJ_OK { parsed += 1 }
        }
        return parsed
    }

    /// Our decoder, to market events; returns how many.
    static func decode(_ messages: Messages) throws -> Int {
        var decoder = BinanceSpotDecoder(markets: MarketTable(SpotMessages.instruments))
        var events: [MarketEvent] = []
        var count = 0
        try messages.forEach { bytes in
            events.removeAll(keepingCapacity: true)
            _ = try decoder.decode(bytes, receivedTime: MarketTime.wallClock(), into: &events)
            count += events.count
        }
        return count
    }

    /// The whole way of a market tick up to the readers: decoded, on the board, in the candles.
    static func feed(_ messages: Messages) throws -> Int {
        let feed = MarketFeed.forMeasuring
        let sink = feed.sink
        var decoder = BinanceSpotDecoder(markets: MarketTable(SpotMessages.instruments))
        var events: [MarketEvent] = []
        var count = 0
        try messages.forEach { bytes in
            events.removeAll(keepingCapacity: true)
            _ = try decoder.decode(bytes, receivedTime: MarketTime.wallClock(), into: &events)
            sink.receive(events)
            count += events.count
        }
        let counters = feed.board.counters
        guard counters.absurd + counters.implausible + counters.beyondBound == 0 else { throw BenchError.eventsRefused }
        return count
    }

    /// Foundation's decoder into plain structs.
    static func foundation<Message: Decodable>(_ messages: Messages, as type: Message.Type) throws -> Int {
        let decoder = JSONDecoder()
        var count = 0
        try messages.forEach { bytes in
            _ = try decoder.decode(type, from: Data(bytes))
            count += 1
        }
        return count
    }
}

/// Why a figure would be worth nothing.
enum BenchError: Error {
    case noMemory
    case wrongCount(String)
    case eventsRefused
    case disconnected(Int)
    case nothingArrived
    case noServer
}

extension MarketFeed {
    /// A new one that stores nothing.
    static var forMeasuring: MarketFeed {
        MarketFeed(
            store: .discarding,
            liquidationStore: .discarding,
            history: nil,
            logger: Logger(label: "bench")
        )
    }
}

extension CandleStore {
    /// Takes everything and keeps nothing.
    fileprivate static let discarding = CandleStore(
        upsert: { _ in },
        range: { _ in [] },
        gaps: { _, _ in [] },
        openGaps: { _ in [] },
        markGap: { _ in },
        clearGap: { _ in },
        prune: { _, _, _ in 0 }
    )
}

extension LiquidationStore {
    /// Takes everything and keeps nothing.
    fileprivate static let discarding = LiquidationStore(
        insert: { _ in },
        sums: { _ in [] },
        recent: { _, _ in [] },
        prune: { _, _ in 0 }
    )
}
