import Markets

/// `tickers.<symbol>`: of a perpetual a snapshot and then what changed, of a spot market always the whole.
///
/// ```json
/// {"topic":"tickers.BTCUSDT","type":"snapshot","data":{"symbol":"BTCUSDT","tickDirection":"ZeroMinusTick",
///  "price24hPcnt":"0.023333","lastPrice":"28550.70","prevPrice24h":"27899.70","highPrice24h":"28797.10",
///  "lowPrice24h":"27842.80","prevPrice1h":"28474.70","markPrice":"28552.81","indexPrice":"28562.25",
///  "openInterest":"52774.528","openInterestValue":"1506861070.82","turnover24h":"4273027716.4294",
///  "volume24h":"151185.5160","nextFundingTime":"1680681600000","fundingRate":"0.0001","bid1Price":"28550.70",
///  "bid1Size":"2.049","ask1Price":"28550.80","ask1Size":"15.328"},"cs":50193544280,"ts":1680673821770}
/// ```
/// A field that is not in a delta has not changed. `price24hPcnt` is a fraction, which we compute from `lastPrice` and
/// `prevPrice24h`. `openInterest` counts both sides of every contract; `singleOpenInterest`, beside it since June 2026,
/// one. Spot frames have neither bid and ask nor anything of contracts.
/// <https://bybit-exchange.github.io/docs/v5/websocket/public/ticker>
struct BybitTickerDecoder: ~Copyable {
    private var fields = BybitTickerFields()
    /// By the market's place in its table; nil before its first snapshot.
    private var figures: [BybitTickerFigures?] = []

    /// Appends an event for each group of figures that the frame brought something of: the ticker, the best bid and ask,
    /// open interest, funding.
    mutating func decode(
        _ data: VenueValue,
        frame: BybitFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        guard data.isObject else { throw FrameRefusal(.shapeUnknown, field: "data") }
        fields.read(data)
        try frame.checkSymbol(fields.symbol)
        let place = frame.market.index
        while figures.count <= place { figures.append(nil) }
        var merged = BybitTickerFigures()
        if !frame.isSnapshot {
            // Changes of something that was never seen whole: its snapshot is still to come.
            guard let known = figures[place] else { return }
            merged = known
        }
        let changed = try merged.take(fields, of: frame.market)
        figures[place] = merged
        let (time, receivedTime) = (frame.time, frame.receivedTime)
        try merged.append(changed, of: frame.market, to: &events) { payload in
            MarketEvent(venue: .bybit, exchangeTime: time, receivedTime: receivedTime, payload: payload)
        }
    }
}
