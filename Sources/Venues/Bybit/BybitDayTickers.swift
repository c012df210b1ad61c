import Markets

/// `GET /v5/market/tickers?category=…`: all markets of a category; the fields are those of the ticker stream.
///
/// ```json
/// {"symbol":"BTCUSDT","bid1Price":"20517.96","bid1Size":"2","ask1Price":"20527.77","ask1Size":"1.862172",
///  "lastPrice":"20533.13","prevPrice24h":"20393.48","price24hPcnt":"0.0068","highPrice24h":"21128.12",
///  "lowPrice24h":"20318.89","turnover24h":"243765620.65899866","volume24h":"11801.27771"}
/// ```
/// A perpetual adds `openInterest`, `singleOpenInterest`, `fundingRate`, `nextFundingTime`, `markPrice` and `indexPrice`,
/// empty texts where it has none.
/// <https://bybit-exchange.github.io/docs/v5/market/tickers>
struct BybitDayTickers {
    private(set) var events: [MarketEvent] = []
    /// Rows left out because they are not what is documented.
    private(set) var refusals = RefusalCounts()

    init(_ answer: borrowing BybitAnswer, markets: MarketTable, receivedTime: MarketTime) throws(FrameRefusal) {
        var fields = BybitTickerFields()
        var tally = RowTally()
        let time = answer.time
        try tally.each(of: try answer.rows()) { row throws(FrameRefusal) in
            fields.read(row)
            guard let market = markets.market(try fields.name()) else { return }
            var figures = BybitTickerFigures()
            let groups = try figures.take(fields, of: market)
            try figures.append(groups, of: market, to: &events) { payload in
                MarketEvent(venue: .bybit, exchangeTime: time, receivedTime: receivedTime, payload: payload)
            }
        }
        try tally.settle(into: &refusals)
    }
}
