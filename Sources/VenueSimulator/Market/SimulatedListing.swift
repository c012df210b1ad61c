import Foundation
import Markets

/// A listing with the character that makes its candles: paths of both sides, tempo, typical size, spread.
struct SimulatedListing: Sendable {
    let listing: Listing
    let base: PricePath
    /// Nil when the quote asset is a dollar.
    let quote: PricePath?
    let key: UInt64
    /// Trades a minute at ordinary times.
    let tradesPerMinute: Double
    /// Mean quantity of a trade.
    let lotsPerTrade: Double
    let spreadTicks: Int64

    /// `share` is this market's part of its base asset's turnover, 0…1.
    init?(base: PricePath, quoteName: String, quote: PricePath?, share: Double, tradesPerMinute: Double, seed: UInt64) {
        let asset = base.asset
        guard let symbol = Symbol(asset.name + quoteName) else { return nil }
        let price = asset.referencePrice / (quote?.asset.referencePrice ?? 1)
        // Five significant digits in a price, a lot worth about a dollar, and no more than the eight places that the
        // venue prints for their product, so that turnover is exact.
        let pricePlaces = min(8, max(2, 4 - Int(log10(price).rounded(.down))))
        let dollars = max(0, Int(log10(asset.referencePrice).rounded(.up)))
        let quantityPlaces = min(dollars, 8 - pricePlaces)
        listing = Listing(
            symbol: symbol,
            base: asset.name,
            quote: quoteName,
            pricePlaces: pricePlaces,
            quantityPlaces: quantityPlaces
        )
        self.base = base
        self.quote = quote
        self.tradesPerMinute = tradesPerMinute
        key = SeededRandom.mix(seed &+ 2) ^ SeededRandom.key(symbol.text)
        let dayLots = asset.dayTurnover * share / asset.referencePrice * pow(10, Double(quantityPlaces))
        lotsPerTrade = max(1, dayLots / (tradesPerMinute * 1440))
        // One hundredth of a percent for the busiest, a tenth for the thinnest, at least a tick.
        let basisPoints = min(10, max(0.1, 40 / tradesPerMinute.squareRoot()))
        let ticks = price * pow(10, Double(pricePlaces)) * basisPoints / 10_000
        spreadTicks = max(1, Int64(ticks.rounded()))
    }

    /// Prices in ticks at the start of each minute of the range.
    func ticks(_ minutes: ClosedRange<Int64>) -> [Int64] {
        var logarithms = base.logarithms(minutes)
        if let quote {
            for (index, value) in quote.logarithms(minutes).enumerated() { logarithms[index] -= value }
        }
        let scale = pow(10, Double(listing.pricePlaces))
        return logarithms.map { max(1, Int64((exp($0) * scale).rounded())) }
    }

    /// Standard deviation of one minute's return, pumps apart.
    var minuteDeviation: Double {
        let other = quote?.minuteDeviation ?? 0
        return (base.minuteDeviation * base.minuteDeviation + other * other).squareRoot()
    }
}
