import Markets

/// `push.kline`, while something trades.
///
/// ```json
/// {"symbol":"BTC_USDT","data":{"symbol":"BTC_USDT","interval":"Min1","t":1790869980,"o":84109.4,"c":84062.6,"h":84114.5,
///  "l":84054,"a":1779128.94,"q":211601,"ro":84112,"rc":84062.6,"rh":84114.5,"rl":84054},"channel":"push.kline",
///  "ts":1790870038344}
/// ```
/// `t` is the opening in seconds, `a` the quote volume, `q` the volume in contracts; the prices with an `r` leave out what
/// the venue takes for outliers. Neither the number of trades nor the end of the candle is told: the number stays zero,
/// and a candle is closed when the next one begins.
/// <https://mexcdevelop.github.io/apidocs/contract_v1_en/#public-channels>
struct MEXCFuturesKlineDecoder: ~Copyable {
    private var fields = VenueFields<Field>()

    /// The candle, open.
    mutating func decode(_ data: VenueValue, frame: MEXCFrame) throws(FrameRefusal) -> Candle {
        guard data.isObject else { throw FrameRefusal(.shapeUnknown, field: "data") }
        fields.read(data)
        guard let interval = CandleInterval(mexc: try fields.utf8(.interval)) else {
            throw FrameRefusal(.intervalUnknown, field: Field.interval.key)
        }
        let candle = Candle(
            symbol: frame.market.symbol,
            interval: interval,
            openTime: try fields.secondsTime(.openTime),
            open: try fields.numericPrice(.open, of: frame.market),
            high: try fields.numericPrice(.high, of: frame.market),
            low: try fields.numericPrice(.low, of: frame.market),
            close: try fields.numericPrice(.close, of: frame.market),
            volume: try fields.contracts(.volume, of: frame.market),
            quoteVolume: Money(try fields.amount(.quoteVolume)),
            trades: 0,
            isClosed: false
        )
        try candle.checkVenueValues()
        return candle
    }

    enum Field: Int, VenueFieldName {
        case interval, openTime, open, high, low, close, volume, quoteVolume

        var key: String {
            switch self {
            case .interval: "interval"
            case .openTime: "t"
            case .open: "o"
            case .high: "h"
            case .low: "l"
            case .close: "c"
            case .volume: "q"
            case .quoteVolume: "a"
            }
        }
    }
}
