import Foundation
import Markets

/// A listing with the character that makes its candles: paths of both sides, tempo, typical size, spread.
struct SimulatedListing: Sendable {
    let listing: Listing
    let base: PricePath
    /// Nil when the quote asset is a dollar.
    let quote: PricePath?
    /// What this venue's price differs from the world's, as a logarithm; nil on Binance's spot market, which sets it.
    private let basis: SmoothNoise?
    /// Coins in one unit of what the venue calls the base: 1,000 for `1000PEPE`.
    private let unit: Double
    let key: UInt64
    /// Trades a minute at ordinary times.
    let tradesPerMinute: Double
    /// Mean quantity of a trade.
    let lotsPerTrade: Double
    let spreadTicks: Int64
    let perpetual: PerpetualCharacter?

    /// Nil for a name that is no symbol.
    init?(_ pair: SimulatedPair, profile: VenueProfile, tradesPerMinute: Double, seed: UInt64) {
        let asset = pair.base.asset
        let thousand = pair.isPerpetual ? profile.thousands[asset.name] : nil
        unit = thousand == nil ? 1 : 1000
        let price = asset.referencePrice * unit / (pair.quotePath?.asset.referencePrice ?? 1)
        guard let listing = Listing(pair, named: thousand ?? asset.name, price: price, profile: profile) else {
            return nil
        }
        self.listing = listing
        base = pair.base
        quote = pair.quotePath
        self.tradesPerMinute = tradesPerMinute
        let isReference = profile.venue == .binance && !pair.isPerpetual
        let name = isReference ? listing.symbol.text : "\(profile.venue) \(listing.symbol)"
        key = SeededRandom.mix(seed &+ 2) ^ SeededRandom.key(name)
        basis =
            isReference
            ? nil
            : SmoothNoise(
                seed: seed,
                name: name,
                minutes: 11,
                deviation: pair.isPerpetual ? 0.000_15 : 0.000_06
            )
        let contract = listing.contractSize?.double ?? 1
        let dayLots =
            asset.dayTurnover * pair.share / (asset.referencePrice * unit * contract)
            * pow(10, Double(listing.quantityPlaces))
        lotsPerTrade = tradesPerMinute > 0 ? max(1, dayLots / (tradesPerMinute * 1440)) : 100
        // One hundredth of a percent for the busiest, a tenth for the thinnest, at least a tick.
        let basisPoints = min(10, max(0.1, 40 / tradesPerMinute.squareRoot()))
        let ticks = price * pow(10, Double(listing.pricePlaces)) * basisPoints / 10_000
        spreadTicks = max(1, Int64(ticks.rounded()))
        perpetual =
            pair.isPerpetual
            ? PerpetualCharacter(name: name, dayLots: max(1000, dayLots), seed: seed)
            : nil
    }

    /// Prices in ticks at the start of each minute of the range.
    func ticks(_ minutes: ClosedRange<Int64>) -> [Int64] {
        var logarithms = base.logarithms(minutes)
        if let quote {
            for (index, value) in quote.logarithms(minutes).enumerated() { logarithms[index] -= value }
        }
        if let basis {
            for (index, value) in basis.values(minutes).enumerated() { logarithms[index] += value }
        }
        let scale = pow(10, Double(listing.pricePlaces)) * unit
        return logarithms.map { max(1, Int64((exp($0) * scale).rounded())) }
    }

    /// The world's price against this venue's, 1 where they agree.
    func indexRatio(at time: MarketTime) -> Double {
        basis.map { exp(-$0.value(at: time)) } ?? 1
    }

    /// Standard deviation of one minute's return, pumps apart.
    var minuteDeviation: Double {
        let other = quote?.minuteDeviation ?? 0
        return (base.minuteDeviation * base.minuteDeviation + other * other).squareRoot()
    }
}

extension Listing {
    /// Nil for a name that is no symbol; `name` is the base asset in the venue's words, `price` that of one unit, about.
    fileprivate init?(_ pair: SimulatedPair, named name: String, price: Double, profile: VenueProfile) {
        let isReference = profile.venue == .binance && !pair.isPerpetual
        let suffix = pair.isPerpetual ? Symbol.perpetualSuffix : ""
        guard let symbol = Symbol(name + pair.quote + suffix) else { return nil }
        let separator = pair.isPerpetual ? profile.separators.perpetual : profile.separators.spot
        let contract = pair.isPerpetual ? profile.contractSize(of: pair.base.asset) : nil
        // Five significant digits in a price and a lot worth about a dollar. On Binance's spot market no more than the
        // eight places that it prints for their product, so that turnover is exact.
        let digits = 4 - Int(log10(price).rounded(.down))
        let pricePlaces = min(isReference ? 8 : 10, max(isReference ? 2 : 1, digits))
        let unitDollars = price * (pair.quotePath?.asset.referencePrice ?? 1)
        let lotPlaces = max(0, Int(log10(unitDollars).rounded(.up)))
        self.init(
            symbol: symbol,
            venueSymbol: name + separator + pair.quote + (pair.isPerpetual ? profile.perpetualSuffix : ""),
            base: name,
            quote: pair.quote,
            pricePlaces: pricePlaces,
            quantityPlaces: contract != nil ? profile.contractPlaces : min(lotPlaces, max(0, 8 - pricePlaces)),
            contractSize: contract.flatMap { FixedPoint(rounding: $0, places: 12) },
            state: pair.state
        )
    }
}
