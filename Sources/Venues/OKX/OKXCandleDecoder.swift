import Markets

/// A row of the `candle…` channels and of `GET /api/v5/market/candles` and `history-candles`.
///
/// ```json
/// ["1786816800000","63045.5","63081.5","63013.7","63028","32101.18","321.0118","20234523.14448","1"]
/// ```
/// Open time, open, high, low, close, then volume, volume in currency and volume in quote currency, and whether the
/// candle is closed. On spot the first volume is base; of a swap it is contracts and the second is base. The number of
/// trades is not told and stays zero. Until 2022 there were seven columns; such a row is refused, since it does not say
/// whether it is closed.
/// <https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-candlesticks-channel>
struct OKXCandleDecoder: ~Copyable {
    private var row = VenueRow(count: Column.allCases.count)

    mutating func decode(
        _ value: VenueValue,
        interval: CandleInterval,
        market: Market
    ) throws(FrameRefusal) -> Candle {
        guard row.read(value) else {
            guard value.isArray else { throw FrameRefusal(.shapeUnknown) }
            throw FrameRefusal(.fieldMissing, field: String(Column.confirm.rawValue))
        }
        let baseVolume: Column = market.contractSize == nil ? .volume : .currencyVolume
        let candle = Candle(
            symbol: market.symbol,
            interval: interval,
            openTime: try row.timeText(Column.openTime.rawValue),
            open: try row.price(Column.open.rawValue, of: market),
            high: try row.price(Column.high.rawValue, of: market),
            low: try row.price(Column.low.rawValue, of: market),
            close: try row.price(Column.close.rawValue, of: market),
            volume: try row.quantity(baseVolume.rawValue, of: market),
            quoteVolume: Money(try row.decimal(Column.quoteVolume.rawValue)),
            trades: 0,
            isClosed: try isClosed()
        )
        try candle.checkVenueValues()
        return candle
    }

    private func isClosed() throws(FrameRefusal) -> Bool {
        let confirm = row[Column.confirm.rawValue]
        if confirm.equals("1") { return true }
        if confirm.equals("0") { return false }
        throw FrameRefusal(
            confirm.utf8 == nil ? .fieldWrongType : .valueOutOfRange,
            field: String(Column.confirm.rawValue)
        )
    }

    private enum Column: Int, CaseIterable {
        case openTime, open, high, low, close, volume, currencyVolume, quoteVolume, confirm
    }
}
