import Markets

/// One minute of one market summed exactly from its trades, in whatever order they come.
struct MinuteSum: Hashable, Sendable {
    private(set) var open: Price
    private(set) var high: Price
    private(set) var low: Price
    private(set) var close: Price
    private(set) var volume: Quantity
    private(set) var quoteVolume: Money
    private(set) var trades = 1
    /// False once a sum has left the representable range and no longer grows.
    private(set) var isExact: Bool
    private var opened: TradeRank
    private var closed: TradeRank

    init(_ trade: Trade, rank: TradeRank) {
        let notional = trade.price * trade.quantity
        open = trade.price
        high = trade.price
        low = trade.price
        close = trade.price
        volume = trade.quantity
        quoteVolume = notional ?? .zero
        isExact = notional != nil
        opened = rank
        closed = rank
    }

    mutating func add(_ trade: Trade, rank: TradeRank) {
        if rank < opened {
            open = trade.price
            opened = rank
        }
        if closed < rank {
            close = trade.price
            closed = rank
        }
        high = max(high, trade.price)
        low = min(low, trade.price)
        trades += 1
        if let sum = volume.adding(trade.quantity), let notional = trade.price * trade.quantity,
            let quoteSum = quoteVolume.adding(notional)
        {
            volume = sum
            quoteVolume = quoteSum
        } else {
            isExact = false
        }
    }

    func candle(of symbol: Symbol, openTime: MarketTime, isClosed: Bool) -> Candle {
        Candle(
            symbol: symbol,
            interval: .oneMinute,
            openTime: openTime,
            open: open,
            high: high,
            low: low,
            close: close,
            volume: volume,
            quoteVolume: quoteVolume,
            trades: trades,
            isClosed: isClosed
        )
    }
}

/// The place of a trade among the trades of its market.
///
/// By the venue's number where numbers are consecutive, since that is the order of the matches; elsewhere by time and
/// then by number.
struct TradeRank: Hashable, Comparable, Sendable {
    let time: MarketTime
    let id: Int64

    init(id: Int64, time: MarketTime, idsAreConsecutive: Bool) {
        self.time = idsAreConsecutive ? MarketTime(milliseconds: 0) : time
        self.id = id
    }

    static func < (left: TradeRank, right: TradeRank) -> Bool { (left.time, left.id) < (right.time, right.id) }
}
