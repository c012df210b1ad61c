import MEXCWire
import Markets

/// `spot@public.kline.v3.api.pb@<symbol>@Min1`, every second while something trades.
///
/// ```json
/// {"interval":"Min1","windowStart":1790281200,"openingPrice":"84300.14","closingPrice":"84270",
///  "highestPrice":"84300.15","lowestPrice":"84270","volume":"2.84044203","amount":"239393.69",
///  "windowEnd":1790281260}
/// ```
/// The window is in seconds, `volume` base and `amount` quote volume. Neither the number of trades nor the end of the
/// candle is told: the number stays zero, and a candle is closed when the next one begins.
/// <https://mexcdevelop.github.io/apidocs/spot_v3_en/#k-line-streams>
extension MEXCSpotKline {
    /// The candle, open.
    func candle(of market: Market) throws(FrameRefusal) -> Candle {
        var name = interval
        guard let interval = name.withUTF8({ CandleInterval(mexc: $0) }) else {
            throw FrameRefusal(name.isEmpty ? .fieldMissing : .intervalUnknown, field: "interval")
        }
        let (milliseconds, overflow) = windowStart.multipliedReportingOverflow(by: 1000)
        guard !overflow else { throw FrameRefusal(.valueOutOfRange, field: "windowStart") }
        let candle = Candle(
            symbol: market.symbol,
            interval: interval,
            openTime: try MEXCText.time(milliseconds, "windowStart"),
            open: try MEXCText.price(openingPrice, "openingPrice"),
            high: try MEXCText.price(highestPrice, "highestPrice"),
            low: try MEXCText.price(lowestPrice, "lowestPrice"),
            close: try MEXCText.price(closingPrice, "closingPrice"),
            volume: try MEXCText.quantity(volume, "volume"),
            quoteVolume: Money(try MEXCText.decimal(amount, "amount")),
            trades: 0,
            isClosed: false
        )
        try candle.checkVenueValues()
        return candle
    }
}
