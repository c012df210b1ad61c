import Markets

/// What one WebSocket message of Binance spot was.
package enum BinanceSpotMessage: Hashable, Sendable {
    /// Market data; its events, if any, were appended.
    case market
    /// An order book message: recognised and left out until books are kept.
    case depth
    /// The reply to our request with this number: done.
    case acknowledged(id: Int64)
    /// The reply to our request with this number, which is nil when the venue could not read it: refused.
    case refused(id: Int64?, code: Int64, text: String)
    /// The server closes this connection in about ten minutes.
    case serverShutdown
}

/// What every event of the venue says about itself.
struct BinanceEventHeader {
    let symbol: Symbol
    /// The venue's `E`; nil on messages without one.
    let eventTime: MarketTime?
    let receivedTime: MarketTime

    func event(_ payload: MarketEvent.Payload, at time: MarketTime? = nil) -> MarketEvent {
        MarketEvent(venue: .binance, exchangeTime: time ?? eventTime, receivedTime: receivedTime, payload: payload)
    }
}

/// The venue's event types (`e`) that we know.
enum BinanceEventType {
    case trade, aggregateTrade, kline, miniTicker, ticker, depthUpdate, serverShutdown

    init?(_ name: UnsafeBufferPointer<UInt8>) {
        // The lengths tell nearly all apart, so that one comparison of bytes is enough.
        switch name.count {
        case 5 where Self.equal(name, "trade"): self = .trade
        case 5 where Self.equal(name, "kline"): self = .kline
        case 8 where Self.equal(name, "aggTrade"): self = .aggregateTrade
        case 10 where Self.equal(name, "24hrTicker"): self = .ticker
        case 11 where Self.equal(name, "depthUpdate"): self = .depthUpdate
        case 14 where Self.equal(name, "24hrMiniTicker"): self = .miniTicker
        case 14 where Self.equal(name, "serverShutdown"): self = .serverShutdown
        default: return nil
        }
    }

    private static func equal(_ name: UnsafeBufferPointer<UInt8>, _ other: StaticString) -> Bool {
        other.withUTF8Buffer { $0.elementsEqual(name) }
    }
}
