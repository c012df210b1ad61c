import Markets

/// The 24-hour part of `<symbol>@miniTicker`, `!miniTicker@arr` and `<symbol>@ticker`, which share their letters.
///
/// ```json
/// {"e":"24hrMiniTicker","E":1790435739015,"s":"BTCUSDT","c":"84028.01000000","o":"84004.82000000",
///  "h":"84336.96000000","l":"83363.63000000","v":"8974.97894000","q":"753516400.00"}
/// ```
/// `v` is base and `q` quote volume. The full ticker adds `P` (percent, which we compute from `c` and `o`) and the best
/// bid and ask. `!ticker@arr` was switched off on 2026-03-26; `!miniTicker@arr` brings each second what changed.
/// <https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#individual-symbol-mini-ticker-stream>
enum BinanceTickerDecoder {
    static func decode(
        _ fields: borrowing VenueFields<BinanceField>,
        _ market: borrowing Market
    ) throws(FrameRefusal) -> Ticker {
        let ticker = Ticker(
            symbol: market.symbol,
            last: Price(try fields.positive(.close)),
            open24h: Price(try fields.nonNegative(.open)),
            high24h: Price(try fields.nonNegative(.high)),
            low24h: Price(try fields.nonNegative(.low)),
            baseVolume: Quantity(try fields.nonNegative(.baseVolume)),
            quoteVolume: Money(try fields.nonNegative(.quoteVolume))
        )
        guard ticker.low24h <= ticker.high24h else { throw FrameRefusal(.contradiction) }
        return try market.unbundled(ticker)
    }
}
