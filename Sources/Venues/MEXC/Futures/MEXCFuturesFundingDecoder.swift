import Markets

/// `push.funding.rate`, `push.fair.price` and `push.index.price`: each a part of what funding is reckoned from.
///
/// ```json
/// {"symbol":"BTC_USDT","data":{"symbol":"BTC_USDT","rate":0.000081,"nextSettleTime":1789516800000},
///  "channel":"push.funding.rate","ts":1789498561049}
/// {"symbol":"BTC_USDT","data":{"symbol":"BTC_USDT","price":75986},"channel":"push.fair.price","ts":1789498540821}
/// ```
/// The fair price is the mark price. What a message does not tell is nil, and stays as it was.
/// <https://mexcdevelop.github.io/apidocs/contract_v1_en/#public-channels>
struct MEXCFuturesFundingDecoder: ~Copyable {
    enum Part {
        case rate, fairPrice, indexPrice
    }

    private var fields = VenueFields<Field>()

    mutating func decode(_ data: VenueValue, _ part: Part, frame: MEXCFrame) throws(FrameRefusal) -> MarketEvent {
        guard data.isObject else { throw FrameRefusal(.shapeUnknown, field: "data") }
        fields.read(data)
        var funding = Funding(symbol: frame.market.symbol, rate: nil)
        switch part {
        case .rate:
            funding.rate = try fields.number(.rate)
            if !fields.isVacant(.next) { funding.nextAt = try fields.time(.next) }
        case .fairPrice: funding.markPrice = try fields.numericPrice(.price, of: frame.market)
        case .indexPrice: funding.indexPrice = try fields.numericPrice(.price, of: frame.market)
        }
        return frame.event(.funding(funding))
    }

    enum Field: Int, VenueFieldName {
        case rate, next, price

        var key: String {
            switch self {
            case .rate: "rate"
            case .next: "nextSettleTime"
            case .price: "price"
            }
        }
    }
}
