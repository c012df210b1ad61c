import Markets

/// REST answers whose rows are those of a channel.
enum OKXRows {
    /// Reads the rows of the markets in the table; others, inverse swaps for one, are left out.
    ///
    /// - Throws: why the answer was not taken, when it had rows and none was good.
    static func events(
        _ answer: borrowing OKXAnswer,
        markets: MarketTable,
        receivedTime: MarketTime,
        _ decode: (VenueValue, OKXFrame, inout [MarketEvent]) throws(FrameRefusal) -> Void
    ) throws(FrameRefusal) -> [MarketEvent] {
        var fields = VenueFields<Field>()
        var events: [MarketEvent] = []
        var refusals = RefusalCounts()
        var tally = RowTally()
        try tally.each(of: answer.rows) { row throws(FrameRefusal) in
            fields.read(row)
            let name = try fields.utf8(.name)
            guard let market = markets.market(name) else { return }
            try decode(row, OKXFrame(market: market, name: name, receivedTime: receivedTime), &events)
        }
        try tally.settle(into: &refusals)
        return events
    }

    enum Field: Int, VenueFieldName {
        case name

        var key: String { "instId" }
    }
}

/// `GET /api/v5/market/candles` and `history-candles`: newest first.
struct OKXCandles {
    /// Oldest first.
    private(set) var candles: [Candle] = []

    init(_ answer: borrowing OKXAnswer, of market: Market, interval: CandleInterval) throws(FrameRefusal) {
        var decoder = OKXCandleDecoder()
        // A candle missing from the middle of an answer would be a hole that nobody sees: one bad row refuses all.
        try answer.rows.forEach { row throws(FrameRefusal) in
            let candle = try decoder.decode(row, interval: interval, market: market)
            if let newer = candles.last, newer.openTime <= candle.openTime { throw FrameRefusal(.contradiction) }
            candles.append(candle)
        }
        candles.reverse()
    }
}
