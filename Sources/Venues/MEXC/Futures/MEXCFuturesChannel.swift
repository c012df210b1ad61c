/// What a message of the futures socket is, by its `channel`.
enum MEXCFuturesChannel {
    case deal, depth, topOfBook, kline, ticker, tickers, fundingRate, fairPrice, indexPrice
    case pong, error
    /// A reply: `rs.sub.deal` to `sub.deal`, `rs.unsub.deal` to `unsub.deal`.
    case reply
    /// Told of contracts and events, which we do not read.
    case leftOut

    init?(_ name: UnsafeBufferPointer<UInt8>) {
        switch name.count {
        case 9 where Self.equal(name, "push.deal"): self = .deal
        case 10 where Self.equal(name, "push.depth"): self = .depth
        case 10 where Self.equal(name, "push.kline"): self = .kline
        case 11 where Self.equal(name, "push.ticker"): self = .ticker
        case 12 where Self.equal(name, "push.tickers"): self = .tickers
        case 15 where Self.equal(name, "push.depth.full"): self = .topOfBook
        case 15 where Self.equal(name, "push.fair.price"): self = .fairPrice
        case 16 where Self.equal(name, "push.index.price"): self = .indexPrice
        case 17 where Self.equal(name, "push.funding.rate"): self = .fundingRate
        case 13 where Self.equal(name, "push.contract"): self = .leftOut
        case 19 where Self.equal(name, "push.event.contract"): self = .leftOut
        case 4 where Self.equal(name, "pong"): self = .pong
        case 8 where Self.equal(name, "rs.error"): self = .error
        case _ where Self.begins(name, "rs.sub.") || Self.begins(name, "rs.unsub."): self = .reply
        default: return nil
        }
    }

    private static func equal(_ name: UnsafeBufferPointer<UInt8>, _ other: StaticString) -> Bool {
        other.withUTF8Buffer { $0.elementsEqual(name) }
    }

    private static func begins(_ name: UnsafeBufferPointer<UInt8>, _ start: StaticString) -> Bool {
        start.withUTF8Buffer { name.starts(with: $0) }
    }
}
