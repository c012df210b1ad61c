import Markets

/// `GET /v5/market/kline`: rows of seven, newest first; the first may still be open.
///
/// ```json
/// ["1786820400000","63027.8","63032.3","63027.7","63032.3","4.591","289363.9178"]
/// ```
/// Open time, open, high, low, close, base volume, quote volume. The number of trades is not told.
/// <https://bybit-exchange.github.io/docs/v5/market/kline>
struct BybitKlines {
    /// Oldest first.
    private(set) var candles: [Candle] = []

    /// A row is closed when a newer one exists or its interval was over by more than this on the venue's clock.
    static let marginMilliseconds: Int64 = 2000

    init(_ answer: borrowing BybitAnswer, of market: Market, interval: CandleInterval) throws(FrameRefusal) {
        let finished = answer.time?.adding(milliseconds: -Self.marginMilliseconds - interval.milliseconds)
        var row = VenueRow(count: Column.allCases.count)
        // A candle missing from the middle of an answer would be a hole that nobody sees: one bad row refuses all.
        try answer.rows().forEach { value throws(FrameRefusal) in
            guard row.read(value) else { throw FrameRefusal(.shapeUnknown) }
            let openTime = try row.timeText(Column.openTime.rawValue)
            let candle = Candle(
                symbol: market.symbol,
                interval: interval,
                openTime: openTime,
                open: try row.price(Column.open.rawValue, of: market),
                high: try row.price(Column.high.rawValue, of: market),
                low: try row.price(Column.low.rawValue, of: market),
                close: try row.price(Column.close.rawValue, of: market),
                volume: try row.quantity(Column.volume.rawValue, of: market),
                quoteVolume: Money(try row.decimal(Column.turnover.rawValue)),
                trades: 0,
                isClosed: !candles.isEmpty || finished.map { openTime <= $0 } ?? false
            )
            try candle.checkVenueValues()
            if let newer = candles.last, newer.openTime <= openTime { throw FrameRefusal(.contradiction) }
            candles.append(candle)
        }
        candles.reverse()
    }

    private enum Column: Int, CaseIterable {
        case openTime, open, high, low, close, volume, turnover
    }
}
