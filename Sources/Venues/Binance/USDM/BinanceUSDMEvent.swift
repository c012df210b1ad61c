/// The event types (`e`) of USD-M futures that we know.
enum BinanceUSDMEventType {
    case trade, aggregateTrade, kline, miniTicker, ticker, bookTicker, depthUpdate, forceOrder, markPrice,
        serverShutdown
    /// Told of contracts, indices and continuous candles, which we do not read.
    case leftOut

    init?(_ name: UnsafeBufferPointer<UInt8>) {
        // The lengths tell most apart, so that one or two comparisons of bytes are enough.
        switch name.count {
        case 5 where Self.equal(name, "trade"): self = .trade
        case 5 where Self.equal(name, "kline"): self = .kline
        case 8 where Self.equal(name, "aggTrade"): self = .aggregateTrade
        case 10 where Self.equal(name, "bookTicker"): self = .bookTicker
        case 10 where Self.equal(name, "24hrTicker"): self = .ticker
        case 10 where Self.equal(name, "forceOrder"): self = .forceOrder
        case 11 where Self.equal(name, "depthUpdate"): self = .depthUpdate
        case 14 where Self.equal(name, "24hrMiniTicker"): self = .miniTicker
        case 14 where Self.equal(name, "serverShutdown"): self = .serverShutdown
        case 15 where Self.equal(name, "markPriceUpdate"): self = .markPrice
        case 12 where Self.equal(name, "contractInfo"): self = .leftOut
        case 14 where Self.equal(name, "compositeIndex"): self = .leftOut
        case 16 where Self.equal(name, "assetIndexUpdate"): self = .leftOut
        case 16 where Self.equal(name, "continuous_kline"): self = .leftOut
        default: return nil
        }
    }

    private static func equal(_ name: UnsafeBufferPointer<UInt8>, _ other: StaticString) -> Bool {
        other.withUTF8Buffer { $0.elementsEqual(name) }
    }
}
