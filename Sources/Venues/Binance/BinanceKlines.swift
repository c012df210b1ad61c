import Markets

/// `GET /api/v3/klines`: rows of twelve, oldest first.
///
/// ```json
/// [[1790899200000,"84880.05000000","87220.00000000","83888.00000000","84518.01000000","26497.91954000",
///   1790985599999,"2268231876.26869410",3801781,"11650.90705000","997644869.35585120","0"],…]
/// ```
/// Open time, open, high, low, close, base volume, close time, quote volume, trades, and three that we do not keep.
/// <https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#klinecandlestick-data>
struct BinanceKlines {
    private(set) var candles: [Candle] = []

    /// A row is closed when a later one exists or its close time has passed by more than this.
    ///
    /// Taking an open candle for closed would fix wrong figures; taking a closed one for open a moment longer costs
    /// nothing, and covers the error of our idea of the venue's clock.
    static let marginMilliseconds: Int64 = 2000

    /// Reads an answer; the venue's time tells whether its last candle is closed.
    init(
        json bytes: UnsafeRawBufferPointer,
        symbol: Symbol,
        interval: CandleInterval,
        venueTime: MarketTime
    ) throws(FrameRefusal) {
        var json = VenueParser(maximumBytes: BinanceSpotClient.maximumSmallBodyBytes, maximumDepth: 8)
        let root: VenueValue
        do { root = try json.parse(bytes) } catch { throw FrameRefusal(fault: error) }
        guard root.isArray else { throw FrameRefusal(.shapeUnknown) }
        let finished = venueTime.adding(milliseconds: -Self.marginMilliseconds)
        var row = VenueRow(count: Column.allCases.count)
        // A candle missing from the middle of an answer would be a hole that nobody sees: one bad row refuses all.
        try root.forEach { value throws(FrameRefusal) in
            guard row.read(value) else { throw FrameRefusal(.shapeUnknown) }
            let candle = try Self.candle(row, symbol, interval, finished)
            if let previous = candles.last {
                guard previous.openTime < candle.openTime else { throw FrameRefusal(.contradiction) }
                candles[candles.count - 1].isClosed = true
            }
            candles.append(candle)
        }
    }

    private static func candle(
        _ row: borrowing VenueRow,
        _ symbol: Symbol,
        _ interval: CandleInterval,
        _ finished: MarketTime
    ) throws(FrameRefusal) -> Candle {
        let candle = Candle(
            symbol: symbol,
            interval: interval,
            openTime: try row.time(Column.openTime.rawValue),
            open: Price(try row.decimal(Column.open.rawValue, above: true)),
            high: Price(try row.decimal(Column.high.rawValue, above: true)),
            low: Price(try row.decimal(Column.low.rawValue, above: true)),
            close: Price(try row.decimal(Column.close.rawValue, above: true)),
            volume: Quantity(try row.decimal(Column.volume.rawValue)),
            quoteVolume: Money(try row.decimal(Column.quoteVolume.rawValue)),
            trades: Int(try row.integer(Column.trades.rawValue)),
            isClosed: try row.time(Column.closeTime.rawValue) < finished
        )
        try candle.checkVenueValues()
        return candle
    }

    private enum Column: Int, CaseIterable {
        case openTime, open, high, low, close, volume, closeTime, quoteVolume, trades
    }
}
