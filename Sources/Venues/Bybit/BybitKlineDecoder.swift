import Markets

/// `kline.<interval>.<symbol>`, while something trades, and once more with `confirm` true when the candle closes.
///
/// ```json
/// {"topic":"kline.1.BTCUSDT","type":"snapshot","ts":1790409768441,"data":[{"start":1790409720000,
///  "end":1790409779999,"interval":"1","open":"84045","close":"84017.8","high":"84045","low":"84017.8",
///  "volume":"7.316","turnover":"614833.7084","confirm":false,"timestamp":1790409768441}]}
/// ```
/// `volume` is base and `turnover` quote volume; the number of trades is not told and stays zero.
/// <https://bybit-exchange.github.io/docs/v5/websocket/public/kline>
struct BybitKlineDecoder: ~Copyable {
    private var fields = VenueFields<Field>()

    mutating func decode(
        _ row: VenueValue,
        interval: CandleInterval,
        frame: BybitFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        let market = frame.market
        fields.read(row)
        let candle = Candle(
            symbol: market.symbol,
            interval: interval,
            openTime: try fields.time(.start),
            open: try fields.price(.open, of: market),
            high: try fields.price(.high, of: market),
            low: try fields.price(.low, of: market),
            close: try fields.price(.close, of: market),
            volume: try fields.quantity(.volume, of: market),
            quoteVolume: Money(try fields.nonNegative(.turnover)),
            trades: 0,
            isClosed: try fields.flag(.isClosed)
        )
        try candle.checkVenueValues()
        events.append(frame.event(.candle(candle)))
    }

    enum Field: Int, VenueFieldName {
        case start, open, high, low, close, volume, turnover, isClosed

        var key: String {
            switch self {
            case .start: "start"
            case .open: "open"
            case .high: "high"
            case .low: "low"
            case .close: "close"
            case .volume: "volume"
            case .turnover: "turnover"
            case .isClosed: "confirm"
            }
        }
    }
}
