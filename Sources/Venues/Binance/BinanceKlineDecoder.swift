import Markets

/// `<symbol>@kline_<interval>`, every 2 s while something trades, and once more with `x` true when the candle closes.
///
/// ```json
/// {"e":"kline","E":1653818762502,"s":"BTCUSDT","k":{"t":1653818760000,"T":1653818819999,"s":"BTCUSDT","i":"1m",
///  "f":1384844002,"L":1384844032,"o":"29038.46000000","c":"29038.47000000","h":"29038.47000000",
///  "l":"29038.46000000","v":"0.20926000","n":31,"x":false,"q":"6076.58918320","V":"0.10436000",
///  "Q":"3030.45472920","B":"0"}}
/// ```
/// `v` is base and `q` quote volume, `n` the number of trades.
/// <https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#klinecandlestick-streams-for-utc>
struct BinanceKlineDecoder: ~Copyable {
    private var outer = VenueFields<Outer>()
    private var fields = VenueFields<Field>()

    mutating func decode(_ object: VenueValue, _ market: borrowing Market) throws(FrameRefusal) -> Candle {
        outer.read(object)
        guard outer[.kline].isObject else {
            throw FrameRefusal(outer[.kline].isAbsent ? .fieldMissing : .fieldWrongType, field: Outer.kline.key)
        }
        fields.read(outer[.kline])
        guard let interval = CandleInterval(venueText: try fields.utf8(.interval)) else {
            throw FrameRefusal(.intervalUnknown, field: Field.interval.key)
        }
        let candle = Candle(
            symbol: market.symbol,
            interval: interval,
            openTime: try fields.time(.openTime),
            open: Price(try fields.positive(.open)),
            high: Price(try fields.positive(.high)),
            low: Price(try fields.positive(.low)),
            close: Price(try fields.positive(.close)),
            volume: Quantity(try fields.nonNegative(.volume)),
            quoteVolume: Money(try fields.nonNegative(.quoteVolume)),
            trades: Int(try fields.integer(.trades)),
            isClosed: try fields.flag(.isClosed)
        )
        try candle.checkVenueValues()
        return try market.unbundled(candle)
    }

    enum Outer: Int, VenueFieldName {
        case kline

        var key: String { "k" }
    }

    enum Field: Int, VenueFieldName {
        case openTime, interval, open, high, low, close, volume, quoteVolume, trades, isClosed

        var key: String {
            switch self {
            case .openTime: "t"
            case .interval: "i"
            case .open: "o"
            case .high: "h"
            case .low: "l"
            case .close: "c"
            case .volume: "v"
            case .quoteVolume: "q"
            case .trades: "n"
            case .isClosed: "x"
            }
        }
    }
}
