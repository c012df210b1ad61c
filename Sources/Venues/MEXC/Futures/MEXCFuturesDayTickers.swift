import Markets

/// `GET /api/v1/contract/ticker`: a row for each contract, as ``MEXCFuturesTickerDecoder`` reads them.
struct MEXCFuturesDayTickers {
    private(set) var events: [MarketEvent] = []
    /// Rows left out because they are not what is documented.
    private(set) var refusals = RefusalCounts()

    init(
        _ answer: borrowing MEXCFuturesAnswer,
        markets: MarketTable,
        receivedTime: MarketTime
    ) throws(FrameRefusal) {
        var row = MEXCFuturesTickerDecoder()
        var tally = RowTally()
        try tally.each(of: answer.data) { value throws(FrameRefusal) in
            guard let market = markets.market(try row.symbol(of: value)) else { return }
            try row.decode(of: market, receivedTime: receivedTime, into: &events)
        }
        try tally.settle(into: &refusals)
    }
}
