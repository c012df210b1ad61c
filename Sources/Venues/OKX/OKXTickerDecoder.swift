import Markets

/// A row of the `tickers` channel and of `GET /api/v5/market/tickers`.
///
/// ```json
/// {"instType":"SPOT","instId":"BTC-USDT","last":"83766.8","lastSz":"0.0000102","askPx":"83774.2",
///  "askSz":"0.25697131","bidPx":"83774.1","bidSz":"0.65302934","open24h":"84180.1","high24h":"85258.8",
///  "low24h":"83174.7","sodUtc0":"84409.9","sodUtc8":"83800","volCcy24h":"458903124.056360828",
///  "vol24h":"5449.95415651","ts":"1790358564077"}
/// ```
/// On spot `vol24h` is base and `volCcy24h` quote volume; of a swap they are contracts and **base** volume, and the quote
/// volume is not told: we put the base volume at the last price. There is no percent field.
/// <https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-tickers-channel>
struct OKXTickerDecoder: ~Copyable {
    private var fields = VenueFields<Field>()

    /// Appends a ticker unless the market never traded, and a quote unless a side is empty.
    mutating func decode(
        _ row: VenueValue,
        frame: OKXFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        fields.read(row)
        try frame.checkName(fields[.instrument])
        let time = try fields.timeText(.time)
        let ticker = try ticker(frame)
        let quote = try quote(frame)
        if let ticker { events.append(frame.event(.ticker(ticker), at: time)) }
        if let quote { events.append(frame.event(.quote(quote), at: time)) }
    }

    private func ticker(_ frame: OKXFrame) throws(FrameRefusal) -> Ticker? {
        let market = frame.market
        guard !fields.isVacant(.last), try fields.nonNegative(.last).isPositive else { return nil }
        let last = try fields.price(.last, of: market)
        let ticker = Ticker(
            symbol: market.symbol,
            last: last,
            open24h: try fields.price(.open, of: market),
            high24h: try fields.price(.high, of: market),
            low24h: try fields.price(.low, of: market),
            baseVolume: try fields.quantity(frame.isSwap ? .currencyVolume : .volume, of: market),
            quoteVolume: .zero
        )
        guard ticker.low24h <= ticker.high24h else { throw FrameRefusal(.contradiction) }
        return try withQuoteVolume(ticker, frame)
    }

    private func withQuoteVolume(_ ticker: Ticker, _ frame: OKXFrame) throws(FrameRefusal) -> Ticker {
        var ticker = ticker
        if frame.isSwap {
            guard let value = ticker.last * ticker.baseVolume else {
                throw FrameRefusal(.valueOutOfRange, field: Field.currencyVolume.key)
            }
            ticker.quoteVolume = value
        } else {
            ticker.quoteVolume = Money(try fields.nonNegative(.currencyVolume))
        }
        return ticker
    }

    private func quote(_ frame: OKXFrame) throws(FrameRefusal) -> Quote? {
        guard !fields.isVacant(.bid), !fields.isVacant(.ask) else { return nil }
        guard try fields.nonNegative(.bid).isPositive, try fields.nonNegative(.ask).isPositive else { return nil }
        let quote = Quote(
            symbol: frame.market.symbol,
            bid: try fields.price(.bid, of: frame.market),
            bidQuantity: try fields.quantity(.bidSize, of: frame.market, inContracts: true),
            ask: try fields.price(.ask, of: frame.market),
            askQuantity: try fields.quantity(.askSize, of: frame.market, inContracts: true)
        )
        guard quote.bid <= quote.ask else { throw FrameRefusal(.contradiction) }
        return quote
    }

    enum Field: Int, VenueFieldName {
        case instrument, last, open, high, low, volume, currencyVolume, bid, bidSize, ask, askSize, time

        var key: String {
            switch self {
            case .instrument: "instId"
            case .last: "last"
            case .open: "open24h"
            case .high: "high24h"
            case .low: "low24h"
            case .volume: "vol24h"
            case .currencyVolume: "volCcy24h"
            case .bid: "bidPx"
            case .bidSize: "bidSz"
            case .ask: "askPx"
            case .askSize: "askSz"
            case .time: "ts"
            }
        }
    }
}
