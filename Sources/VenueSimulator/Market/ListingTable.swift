import Foundation
import Markets

/// Puts the assets into a venue's markets and shares the trades among them.
struct ListingTable {
    private let profile: VenueProfile
    private let seed: UInt64
    private let paths: [String: PricePath]
    private let assets: [Asset]

    /// - Parameters:
    ///   - venue: whose markets.
    ///   - seed: decides the prices.
    ///   - most: the number of assets of the table that are listed, busiest first; nil for as many as the venue does.
    init(_ venue: Venue, seed: UInt64, most: Int?) {
        profile = .of(venue)
        self.seed = seed
        assets = Array(AssetTable.assets.prefix(min(profile.spotAssets, most ?? .max)))
        let quotes = AssetTable.assets.filter { ["BTC", "ETH"].contains($0.name) }
        let market = PricePath.marketFactor(seed: seed)
        let all = assets + quotes + profile.extras + [VenueProfile.halted, VenueProfile.delisted]
        paths = Dictionary(
            all.map { ($0.name, PricePath(asset: $0, market: market, seed: seed)) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Every spot market, then every perpetual, each in the table's order.
    func listings(tradesPerMinute: Double) -> [SimulatedListing] {
        let pairs = spot() + perpetuals()
        // Busy markets trade more often and in larger sizes, hence the power below one.
        let weights = pairs.map { pow($0.base.asset.dayTurnover * $0.share, 0.75) }
        let whole = max(weights.reduce(0, +), 1)
        return zip(pairs, weights).compactMap { pair, weight in
            SimulatedListing(pair, profile: profile, tradesPerMinute: tradesPerMinute * weight / whole, seed: seed)
        }
    }

    private func spot() -> [SimulatedPair] {
        var pairs: [SimulatedPair] = []
        for asset in assets + profile.extras {
            guard let path = paths[asset.name] else { continue }
            let others = AssetTable.otherQuotes.filter {
                $0.bases.contains(asset.name) && profile.otherQuotes.contains($0.quote)
            }
            // Each other market of a coin takes a tenth of its turnover.
            pairs.append(SimulatedPair(base: path, quote: "USDT", share: 1 - Double(others.count) / 10))
            for other in others {
                let quote = other.quote == "BTC" || other.quote == "ETH" ? paths[other.quote] : nil
                pairs.append(SimulatedPair(base: path, quote: other.quote, quotePath: quote, share: 0.1))
            }
        }
        if let path = paths[VenueProfile.halted.name] {
            pairs.append(SimulatedPair(base: path, quote: "USDT", share: 1, state: .halted))
        }
        return pairs
    }

    private func perpetuals() -> [SimulatedPair] {
        let candidates = assets.filter { !$0.isStable }.prefix(VenueProfile.perpetuals - 1)
        var pairs = candidates.compactMap { asset in
            paths[asset.name].map { SimulatedPair(base: $0, quote: "USDT", share: 1, isPerpetual: true) }
        }
        if let path = paths[VenueProfile.delisted.name] {
            pairs.append(SimulatedPair(base: path, quote: "USDT", share: 1, isPerpetual: true, state: .delisted))
        }
        return pairs
    }
}

/// One market to be: what is traded against what, and which part of its base asset's turnover it has.
struct SimulatedPair: Sendable {
    let base: PricePath
    let quote: String
    /// Nil when the quote asset is a dollar.
    var quotePath: PricePath?
    /// Of the base asset's turnover, 0…1.
    let share: Double
    var isPerpetual = false
    var state = Listing.State.trading
}
