import Markets
import Testing
import Venues

extension VenueDialect {
    /// What the dialect makes of one frame, with everything counted so far.
    func decoded(_ frame: String) -> Decoded { decoded(Array(frame.utf8)) }

    func decoded(_ frame: [UInt8]) -> Decoded {
        var decoded = Decoded()
        frame.withUnsafeBytes { bytes in
            do throws(FrameRefusal) {
                decoded.message = try decode(bytes, receivedTime: received, into: &decoded.events)
            } catch {
                decoded.refusal = error
            }
        }
        decoded.counts = refusals
        return decoded
    }
}

extension Decoded {
    var payloads: [MarketEvent.Payload] { events.map(\.payload) }
    /// Milliseconds.
    var times: [Int64?] { events.map { $0.exchangeTime?.milliseconds } }

    var book: BookFrame? {
        if case .book(let frame) = message { frame } else { nil }
    }
}

/// The expected payloads of tests, written as the recordings write their figures.
enum Expected {
    static func symbol(_ text: String) throws -> Symbol { try #require(Symbol(text)) }
    static func price(_ text: String) throws -> Price { try #require(Price(text)) }
    static func quantity(_ text: String) throws -> Quantity { try #require(Quantity(text)) }
    static func money(_ text: String) throws -> Money { try #require(Money(text)) }

    static func trade(
        _ symbol: String,
        _ id: Int64,
        _ price: String,
        _ quantity: String,
        _ side: Side
    ) throws -> MarketEvent.Payload {
        .trade(try #require(Trade(symbol, id, price, quantity, side)))
    }

    static func ticker(
        _ symbol: String,
        last: String,
        open: String,
        high: String,
        low: String,
        base: String,
        quote: String
    ) throws -> MarketEvent.Payload {
        .ticker(
            Ticker(
                symbol: try self.symbol(symbol),
                last: try price(last),
                open24h: try price(open),
                high24h: try price(high),
                low24h: try price(low),
                baseVolume: try quantity(base),
                quoteVolume: try money(quote)
            )
        )
    }

    static func quote(
        _ symbol: String,
        bid: (String, String),
        ask: (String, String)
    ) throws -> MarketEvent.Payload {
        .quote(
            Quote(
                symbol: try self.symbol(symbol),
                bid: try price(bid.0),
                bidQuantity: try quantity(bid.1),
                ask: try price(ask.0),
                askQuantity: try quantity(ask.1)
            )
        )
    }

    static func candle(
        _ symbol: String,
        _ interval: CandleInterval = .oneMinute,
        at openTime: Int64,
        _ prices: (open: String, high: String, low: String, close: String),
        base: String,
        quote: String,
        isClosed: Bool
    ) throws -> Candle {
        Candle(
            symbol: try self.symbol(symbol),
            interval: interval,
            openTime: MarketTime(milliseconds: openTime),
            open: try price(prices.open),
            high: try price(prices.high),
            low: try price(prices.low),
            close: try price(prices.close),
            volume: try quantity(base),
            quoteVolume: try money(quote),
            trades: 0,
            isClosed: isClosed
        )
    }

    static func liquidation(
        _ symbol: String,
        _ side: PositionSide,
        _ price: String,
        _ quantity: String
    ) throws -> MarketEvent.Payload {
        .liquidation(
            Liquidation(
                symbol: try self.symbol(symbol),
                side: side,
                price: try self.price(price),
                quantity: try self.quantity(quantity)
            )
        )
    }

    static func openInterest(_ symbol: String, _ quantity: String) throws -> MarketEvent.Payload {
        .openInterest(OpenInterest(symbol: try self.symbol(symbol), quantity: try self.quantity(quantity)))
    }

    static func funding(
        _ symbol: String,
        rate: String?,
        nextAt: Int64? = nil,
        mark: String? = nil,
        index: String? = nil
    ) throws -> MarketEvent.Payload {
        .funding(
            Funding(
                symbol: try self.symbol(symbol),
                rate: try rate.map { try #require(FixedPoint($0)) },
                nextAt: nextAt.map { MarketTime(milliseconds: $0) },
                markPrice: try mark.map { try price($0) },
                indexPrice: try index.map { try price($0) }
            )
        )
    }

    static func levels(_ levels: [(String, String)]) throws -> [BookLevel] {
        try levels.map { BookLevel(price: try price($0.0), quantity: try quantity($0.1)) }
    }
}
