import Markets

/// `GET /api/v3/klines`: rows of eight, oldest first.
///
/// ```json
/// [[1640804880000,"47482.36","47482.36","47416.57","47436.1","3.550717",1640804940000,"168387.3"],…]
/// ```
/// Open time, open, high, low, close, base volume, close time, quote volume. The number of trades is not told.
/// <https://mexcdevelop.github.io/apidocs/spot_v3_en/#kline-candlestick-data>
struct MEXCSpotKlines {
    private(set) var candles: [Candle] = []

    /// Reads an answer; the venue's time tells whether its last candle is closed.
    init(
        json bytes: UnsafeRawBufferPointer,
        market: Market,
        interval: CandleInterval,
        venueTime: MarketTime
    ) throws(FrameRefusal) {
        var json = VenueParser(maximumBytes: MEXCSpotClient.maximumSmallBodyBytes, maximumDepth: 8)
        let root: VenueValue
        do { root = try json.parse(bytes) } catch { throw FrameRefusal(fault: error) }
        guard root.isArray else { throw FrameRefusal(.shapeUnknown) }
        var row = VenueRow(count: Column.allCases.count)
        var series = CandleSeries(venueTime: venueTime)
        // A candle missing from the middle of an answer would be a hole that nobody sees: one bad row refuses all.
        try root.forEach { value throws(FrameRefusal) in
            guard row.read(value) else { throw FrameRefusal(.shapeUnknown) }
            try series.append(try Self.candle(row, market, interval))
        }
        candles = series.candles
    }

    private static func candle(
        _ row: borrowing VenueRow,
        _ market: Market,
        _ interval: CandleInterval
    ) throws(FrameRefusal) -> Candle {
        Candle(
            symbol: market.symbol,
            interval: interval,
            openTime: try row.time(Column.openTime.rawValue),
            open: try row.price(Column.open.rawValue, of: market),
            high: try row.price(Column.high.rawValue, of: market),
            low: try row.price(Column.low.rawValue, of: market),
            close: try row.price(Column.close.rawValue, of: market),
            volume: try row.quantity(Column.volume.rawValue, of: market),
            quoteVolume: Money(try row.decimal(Column.quoteVolume.rawValue)),
            trades: 0,
            isClosed: false
        )
    }

    private enum Column: Int, CaseIterable {
        case openTime, open, high, low, close, volume, closeTime, quoteVolume
    }
}
