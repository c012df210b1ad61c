import Markets

/// The fields of a ticker, which the stream and the REST answer spell alike.
struct BybitTickerFields: ~Copyable {
    private var fields = VenueFields<Field>()

    mutating func read(_ object: VenueValue) { fields.read(object) }

    var symbol: VenueValue { fields[.symbol] }

    func name() throws(FrameRefusal) -> UnsafeBufferPointer<UInt8> { try fields.utf8(.symbol) }

    /// Takes over a figure in our units, where the venue gave one, and says which group it belongs to.
    func take(
        _ field: Field,
        of market: borrowing Market,
        into figure: inout FixedPoint?
    ) throws(FrameRefusal) -> BybitTickerFigures.Groups {
        guard !fields.isVacant(field) else { return [] }
        let value = field == .fundingRate ? try fields.decimal(field) : try fields.nonNegative(field)
        let ours: FixedPoint? =
            switch field.unit {
            case .price: market.price(value)?.value
            case .quantity: market.quantity(value)?.value
            case .plain: value
            }
        guard let ours else { throw FrameRefusal(.valueOutOfRange, field: field.key) }
        figure = ours
        return field.group
    }

    func nextFunding() throws(FrameRefusal) -> MarketTime? { try fields.timeTextIfAny(.nextFunding) }

    enum Field: Int, VenueFieldName {
        case symbol, last, open, high, low, volume, turnover, bid, bidSize, ask, askSize
        case openInterest, singleOpenInterest, fundingRate, nextFunding, mark, index

        var key: String {
            switch self {
            case .symbol: "symbol"
            case .last: "lastPrice"
            case .open: "prevPrice24h"
            case .high: "highPrice24h"
            case .low: "lowPrice24h"
            case .volume: "volume24h"
            case .turnover: "turnover24h"
            case .bid: "bid1Price"
            case .bidSize: "bid1Size"
            case .ask: "ask1Price"
            case .askSize: "ask1Size"
            case .openInterest: "openInterest"
            case .singleOpenInterest: "singleOpenInterest"
            case .fundingRate: "fundingRate"
            case .nextFunding: "nextFundingTime"
            case .mark: "markPrice"
            case .index: "indexPrice"
            }
        }

        fileprivate enum Unit { case price, quantity, plain }

        fileprivate var unit: Unit {
            switch self {
            case .last, .open, .high, .low, .bid, .ask, .mark, .index: .price
            case .volume, .bidSize, .askSize, .openInterest, .singleOpenInterest: .quantity
            case .symbol, .turnover, .fundingRate, .nextFunding: .plain
            }
        }

        fileprivate var group: BybitTickerFigures.Groups {
            switch self {
            case .symbol: []
            case .last, .open, .high, .low, .volume, .turnover: .ticker
            case .bid, .bidSize, .ask, .askSize: .quote
            case .openInterest, .singleOpenInterest: .openInterest
            case .fundingRate, .nextFunding, .mark, .index: .funding
            }
        }
    }
}
