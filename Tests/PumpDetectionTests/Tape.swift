import Foundation
import Markets
import PumpDetection

/// A made-up tape of trades: a quiet market, and what happens to it.
struct Tape {
    var events: [MarketEvent] = []
    private(set) var time: Int64
    private var nextID: Int64 = 1
    let venue: Venue
    static let start: Int64 = 1_700_000_000_000

    init(venue: Venue = .binance, start: Int64 = Tape.start) {
        self.venue = venue
        time = start
    }

    mutating func trade(_ price: Double, _ amount: Double, _ side: Side = .buy, after milliseconds: Int64) throws {
        time += milliseconds
        nextID += 1
        events.append(try Self.event(venue, time, nextID, price, amount, side))
    }

    /// A trade every fifteen seconds, bought and sold in turn, within 0.2 %.
    mutating func quiet(minutes: Int, price: Double = 100) throws {
        for index in 0..<(minutes * 4) {
            let wobble = 1 + 0.002 * sin(Double(index) * 0.7)
            let amount = 1 + Double(index % 7) * 0.3
            try trade(price * wobble, amount, index.isMultiple(of: 2) ? .buy : .sell, after: 15_000)
        }
    }

    /// A crowd: orders of several fills each, four a second, up by the percentage within the seconds.
    mutating func burst(seconds: Int, percent: Double, from price: Double = 100) throws {
        let orders = seconds * 4
        for order in 0..<orders {
            let level = price * (1 + percent / 100 * Double(order + 1) / Double(orders))
            try trade(level, 20 + Double(order % 5) * 17, after: 250)
            for fill in 1...3 { try trade(level * (1 + 0.0005 * Double(fill)), 4 + Double(fill * 9), after: 0) }
        }
    }

    static func event(
        _ venue: Venue,
        _ time: Int64,
        _ id: Int64,
        _ price: Double,
        _ amount: Double,
        _ side: Side
    ) throws -> MarketEvent {
        guard let symbol = Symbol("ABCUSDT"), let price = FixedPoint(rounding: price, places: 8),
            let amount = FixedPoint(rounding: amount, places: 8)
        else { throw TapeError() }
        return MarketEvent(
            venue: venue,
            exchangeTime: MarketTime(milliseconds: time),
            receivedTime: MarketTime(milliseconds: time + 20),
            payload: .trade(
                Trade(symbol: symbol, id: id, price: Price(price), quantity: Quantity(amount), takerSide: side)
            )
        )
    }

    /// What a detector with the shipped model makes of tapes, and of a minute after them.
    static func play(_ events: [MarketEvent]) throws -> [Pump] {
        var detector = PumpDetector(model: try PumpModel(.shipped)) {
            UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        }
        var pumps: [Pump] = []
        for event in events { pumps += detector.ingest(event) }
        guard let last = events.last else { return [] }
        return pumps + detector.advance(to: last.time.adding(milliseconds: 60_000))
    }

    private struct TapeError: Error {}
}
