import Foundation
import Markets

/// Puts the assets into markets and shares the trades among them.
enum ListingTable {
    /// - Returns: every asset against USDT and the largest against others, in the table's order.
    static func listings(seed: UInt64, tradesPerMinute: Double) -> [SimulatedListing] {
        let paths = Dictionary(
            AssetTable.assets.map { ($0.name, PricePath(asset: $0, seed: seed)) },
            uniquingKeysWith: { first, _ in first }
        )
        var pairs: [(base: PricePath, quote: String, share: Double)] = []
        for asset in AssetTable.assets {
            guard let path = paths[asset.name] else { continue }
            let others = AssetTable.otherQuotes.filter { $0.bases.contains(asset.name) }
            // Each other market of a coin takes a tenth of its turnover.
            pairs.append((path, "USDT", 1 - Double(others.count) / 10))
            for other in others { pairs.append((path, other.quote, 0.1)) }
        }
        // Busy markets trade more often and in larger sizes, hence the power below one.
        let weights = pairs.map { pow($0.base.asset.dayTurnover * $0.share, 0.75) }
        let whole = weights.reduce(0, +)
        return zip(pairs, weights).compactMap { pair, weight in
            SimulatedListing(
                base: pair.base,
                quoteName: pair.quote,
                quote: ["USDT", "USDC", "FDUSD"].contains(pair.quote) ? nil : paths[pair.quote],
                share: pair.share,
                tradesPerMinute: tradesPerMinute * weight / whole,
                seed: seed
            )
        }
    }
}
