import Markets

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
        case 5 where name.equals("trade"): self = .trade
        case 5 where name.equals("kline"): self = .kline
        case 8 where name.equals("aggTrade"): self = .aggregateTrade
        case 10 where name.equals("24hrTicker"): self = .ticker
        case 11 where name.equals("depthUpdate"): self = .depthUpdate
        case 14 where name.equals("24hrMiniTicker"): self = .miniTicker
        case 14 where name.equals("serverShutdown"): self = .serverShutdown
        default: return nil
        }
    }
}
