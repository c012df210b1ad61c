import Markets

/// A row of the `open-interest` channel and of `GET /api/v5/public/open-interest`.
///
/// ```json
/// {"instId":"WNCG-USDT-SWAP","instType":"SWAP","oi":"644195","oiCcy":"644195","ts":"1640131258756"}
/// ```
/// `oi` is contracts, `oiCcy` the same in base; one of them is enough.
/// <https://www.okx.com/docs-v5/en/#public-data-websocket-open-interest-channel>
struct OKXOpenInterestDecoder: ~Copyable {
    private var fields = VenueFields<Field>()

    mutating func decode(
        _ row: VenueValue,
        frame: OKXFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        fields.read(row)
        try frame.checkName(fields[.instrument])
        let isBaseTold = !fields.isVacant(.base)
        let interest = OpenInterest(
            symbol: frame.market.symbol,
            quantity: isBaseTold
                ? try fields.quantity(.base, of: frame.market)
                : try fields.quantity(.contracts, of: frame.market, inContracts: true)
        )
        events.append(frame.event(.openInterest(interest), at: try fields.timeText(.time)))
    }

    enum Field: Int, VenueFieldName {
        case instrument, contracts, base, time

        var key: String {
            switch self {
            case .instrument: "instId"
            case .contracts: "oi"
            case .base: "oiCcy"
            case .time: "ts"
            }
        }
    }
}
