import Markets

/// Rows of the `funding-rate`, `mark-price` and `index-tickers` channels, put together; the rate alone from
/// `GET /api/v5/public/funding-rate`.
///
/// ```json
/// {"formulaType":"withRate","fundingRate":"0.0000263463215391","fundingTime":"1790380800000",…,
///  "instId":"BTC-USDT-SWAP","instType":"SWAP","nextFundingRate":"","nextFundingTime":"1790409600000",…,
///  "ts":"1790358563915"}
/// {"instId":"BTC-USDT-SWAP","instType":"SWAP","markPx":"83679.8","ts":"1790358817778"}
/// {"instId":"WNCG-USDT","idxPx":"2.1675","open24h":"2.1599",…,"ts":"1640131290649"}
/// ```
/// `fundingTime` is when the rate will be paid, `nextFundingTime` the payment after it.
/// <https://www.okx.com/docs-v5/en/#public-data-websocket-funding-rate-channel>
struct OKXFundingDecoder: ~Copyable {
    private var fields = VenueFields<Field>()
    /// By the market's place in its table.
    private var known: [Funding?] = []

    mutating func decodeRate(
        _ row: VenueValue,
        frame: OKXFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        fields.read(row)
        try frame.checkName(fields[.instrument])
        let rate = try fields.decimalIfAny(.rate)
        let paidAt = try fields.timeText(.paymentTime)
        let time = try fields.timeTextIfAny(.time)
        let funding = update(frame) {
            $0.rate = rate
            $0.nextAt = paidAt
        }
        events.append(frame.event(.funding(funding), at: time))
    }

    /// A row of `GET /api/v5/public/funding-rate-history`.
    ///
    /// ```json
    /// {"fundingRate":"0.0000647375951599","fundingTime":"1786809600000","instId":"BTC-USDT-SWAP"}
    /// ```
    mutating func decodePaid(
        _ row: VenueValue,
        frame: OKXFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        fields.read(row)
        try frame.checkName(fields[.instrument])
        let funding = Funding(symbol: frame.market.symbol, rate: try fields.decimal(.rate))
        events.append(frame.event(.funding(funding), at: try fields.timeText(.paymentTime)))
    }

    mutating func decodeMark(
        _ row: VenueValue,
        frame: OKXFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        fields.read(row)
        try frame.checkName(fields[.instrument])
        let mark = try fields.price(.mark, of: frame.market)
        let time = try fields.timeText(.time)
        let funding = update(frame) { $0.markPrice = mark }
        events.append(frame.event(.funding(funding), at: time))
    }

    mutating func decodeIndex(
        _ row: VenueValue,
        frame: OKXFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        fields.read(row)
        try frame.checkName(fields[.instrument])
        let index = try fields.price(.index, of: frame.market)
        let time = try fields.timeText(.time)
        let funding = update(frame) { $0.indexPrice = index }
        events.append(frame.event(.funding(funding), at: time))
    }

    private mutating func update(_ frame: OKXFrame, _ change: (inout Funding) -> Void) -> Funding {
        let place = frame.market.index
        while known.count <= place { known.append(nil) }
        var funding = known[place] ?? Funding(symbol: frame.market.symbol, rate: nil)
        change(&funding)
        known[place] = funding
        return funding
    }

    enum Field: Int, VenueFieldName {
        case instrument, rate, paymentTime, mark, index, time

        var key: String {
            switch self {
            case .instrument: "instId"
            case .rate: "fundingRate"
            case .paymentTime: "fundingTime"
            case .mark: "markPx"
            case .index: "idxPx"
            case .time: "ts"
            }
        }
    }
}
