/// Open, high, low, close and volume over one interval.
@usableFromInline package struct Candle: Hashable, Sendable {
    @usableFromInline package var symbol: Symbol
    @usableFromInline package var interval: CandleInterval
    /// A candle's time is its open time, a multiple of the interval.
    @usableFromInline package var openTime: MarketTime
    @usableFromInline package var open: Price
    @usableFromInline package var high: Price
    @usableFromInline package var low: Price
    @usableFromInline package var close: Price
    /// Base asset.
    @usableFromInline package var volume: Quantity
    /// Quote asset.
    @usableFromInline package var quoteVolume: Money
    /// Number of trades.
    @usableFromInline package var trades: Int
    /// False while the interval lasts, or while the venue has not confirmed it.
    @usableFromInline package var isClosed: Bool

    @inlinable package init(
        symbol: Symbol,
        interval: CandleInterval,
        openTime: MarketTime,
        open: Price,
        high: Price,
        low: Price,
        close: Price,
        volume: Quantity,
        quoteVolume: Money,
        trades: Int,
        isClosed: Bool
    ) {
        self.symbol = symbol
        self.interval = interval
        self.openTime = openTime
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
        self.quoteVolume = quoteVolume
        self.trades = trades
        self.isClosed = isClosed
    }
}

/// The lengths of candle that are kept and served.
@usableFromInline package enum CandleInterval: String, CaseIterable, Hashable, Sendable {
    case oneMinute = "1m"
    case fiveMinutes = "5m"
    case fifteenMinutes = "15m"
    case oneHour = "1h"
    case fourHours = "4h"
    case oneDay = "1d"

    package var milliseconds: Int64 {
        switch self {
        case .oneMinute: 60_000
        case .fiveMinutes: 300_000
        case .fifteenMinutes: 900_000
        case .oneHour: 3_600_000
        case .fourHours: 14_400_000
        case .oneDay: 86_400_000
        }
    }

    /// The open time of the candle that holds the instant; UTC days start at midnight.
    ///
    /// The first instants of all belong to a candle that begins before 64 bits do; they get the one after it.
    package func openTime(of time: MarketTime) -> MarketTime {
        let remainder = time.milliseconds % milliseconds
        let past = remainder < 0 ? remainder + milliseconds : remainder
        let (start, overflow) = time.milliseconds.subtractingReportingOverflow(past)
        return MarketTime(milliseconds: overflow ? time.milliseconds - remainder : start)
    }
}
