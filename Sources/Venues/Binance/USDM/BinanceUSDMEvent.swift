/// The event types (`e`) of USD-M futures that we know.
enum BinanceUSDMEventType {
    case trade, aggregateTrade, kline, miniTicker, ticker, bookTicker, depthUpdate, forceOrder, markPrice,
        serverShutdown
    /// Told of contracts, indices and continuous candles, which we do not read.
    case leftOut

    init?(_ name: UnsafeBufferPointer<UInt8>) {
        // The lengths tell most apart, so that one or two comparisons of bytes are enough.
        switch name.count {
        case 5 where name.equals("trade"): self = .trade
        case 5 where name.equals("kline"): self = .kline
        case 8 where name.equals("aggTrade"): self = .aggregateTrade
        case 10 where name.equals("bookTicker"): self = .bookTicker
        case 10 where name.equals("24hrTicker"): self = .ticker
        case 10 where name.equals("forceOrder"): self = .forceOrder
        case 11 where name.equals("depthUpdate"): self = .depthUpdate
        case 14 where name.equals("24hrMiniTicker"): self = .miniTicker
        case 14 where name.equals("serverShutdown"): self = .serverShutdown
        case 15 where name.equals("markPriceUpdate"): self = .markPrice
        case 12 where name.equals("contractInfo"): self = .leftOut
        case 14 where name.equals("compositeIndex"): self = .leftOut
        case 16 where name.equals("assetIndexUpdate"): self = .leftOut
        case 16 where name.equals("continuous_kline"): self = .leftOut
        default: return nil
        }
    }
}
