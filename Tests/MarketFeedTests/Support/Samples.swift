import MarketFeed
import Markets
import Synchronization
import Testing

/// Short ways to say what a venue said.
enum Samples {
    /// 2024-08-09 00:00 UTC, a whole day.
    static let midnight = MarketTime(milliseconds: 1_723_161_600_000)

    static func symbol(_ text: String = "BTCUSDT") throws -> Symbol { try #require(Symbol(text)) }

    static func price(_ text: String) throws -> Price { try #require(Price(text)) }

    static func quantity(_ text: String) throws -> Quantity { try #require(Quantity(text)) }

    static func ticker(
        _ symbol: String = "BTCUSDT",
        on venue: Venue = .binance,
        last: String,
        open: String = "100",
        high: String? = nil,
        low: String? = nil,
        volume: String = "1000",
        at time: Int64,
        receivedAt: Int64? = nil
    ) throws -> MarketEvent {
        let last = try price(last)
        return event(
            .ticker(
                Ticker(
                    symbol: try self.symbol(symbol),
                    last: last,
                    open24h: try price(open),
                    high24h: try high.map(price) ?? last,
                    low24h: try low.map(price) ?? last,
                    baseVolume: try #require(Quantity("10")),
                    quoteVolume: try #require(Money(volume))
                )
            ),
            on: venue,
            at: time,
            receivedAt: receivedAt
        )
    }

    static func quote(
        _ symbol: String = "BTCUSDT",
        on venue: Venue = .binance,
        bid: String,
        ask: String,
        receivedAt: Int64
    ) throws -> MarketEvent {
        let quantity = try #require(Quantity("1"))
        let quote = Quote(
            symbol: try self.symbol(symbol),
            bid: try price(bid),
            bidQuantity: quantity,
            ask: try price(ask),
            askQuantity: quantity
        )
        return MarketEvent(
            venue: venue,
            exchangeTime: nil,
            receivedTime: MarketTime(milliseconds: receivedAt),
            payload: .quote(quote)
        )
    }

    static func trade(
        _ symbol: String = "BTCUSDT",
        on venue: Venue = .binance,
        id: Int64,
        price: String = "100",
        quantity: String = "1",
        at time: Int64,
        receivedAt: Int64? = nil
    ) throws -> MarketEvent {
        let trade = Trade(
            symbol: try self.symbol(symbol),
            id: id,
            price: try self.price(price),
            quantity: try #require(Quantity(quantity)),
            takerSide: .buy
        )
        return event(.trade(trade), on: venue, at: time, receivedAt: receivedAt)
    }

    /// A one-minute candle that a venue sends; its times are minutes after ``midnight``.
    static func candle(
        _ symbol: String = "BTCUSDT",
        interval: CandleInterval = .oneMinute,
        minute: Int64,
        open: String = "100",
        high: String? = nil,
        low: String? = nil,
        close: String? = nil,
        volume: String = "1",
        trades: Int = 1,
        isClosed: Bool = true
    ) throws -> Candle {
        let open = try price(open)
        let close = try close.map(price) ?? open
        let volume = try quantity(volume)
        return Candle(
            symbol: try self.symbol(symbol),
            interval: interval,
            openTime: midnight.adding(milliseconds: minute * 60_000),
            open: open,
            high: try high.map(price) ?? max(open, close),
            low: try low.map(price) ?? min(open, close),
            close: close,
            volume: volume,
            quoteVolume: open * volume ?? .zero,
            trades: trades,
            isClosed: isClosed
        )
    }

    static func event(_ candle: Candle, on venue: Venue = .binance, at time: Int64) -> MarketEvent {
        event(.candle(candle), on: venue, at: time)
    }

    static func event(
        _ payload: MarketEvent.Payload,
        on venue: Venue,
        at time: Int64,
        receivedAt: Int64? = nil
    ) -> MarketEvent {
        MarketEvent(
            venue: venue,
            exchangeTime: MarketTime(milliseconds: time),
            receivedTime: MarketTime(milliseconds: receivedAt ?? time),
            payload: payload
        )
    }

    static func instrument(
        _ symbol: String,
        on venue: Venue = .binance,
        base: String,
        quote: String,
        isTrading: Bool = true
    ) throws -> Instrument {
        Instrument(
            venue: venue,
            symbol: try self.symbol(symbol),
            venueSymbol: symbol,
            base: base,
            quote: quote,
            tickSize: nil,
            lotSize: nil,
            isTrading: isTrading
        )
    }
}

/// A wall clock that only moves when it is told to.
final class ManualWallClock: Sendable {
    private let time: Mutex<MarketTime>

    init(_ time: MarketTime = Samples.midnight) { self.time = Mutex(time) }

    var now: @Sendable () -> MarketTime { { self.time.withLock { $0 } } }

    func advance(milliseconds: Int64) { time.withLock { $0 = $0.adding(milliseconds: milliseconds) } }

    func set(_ instant: MarketTime) { time.withLock { $0 = instant } }
}
