import Foundation

/// A coin of the simulated market: where its price lives, how restless it is, how much of it is traded.
struct Asset: Sendable {
    let name: String
    /// What its walk is drawn from: two coins may have one name.
    let coin: String
    /// US dollars.
    let referencePrice: Double
    /// US dollars traded in 24 h over all its markets.
    let dayTurnover: Double
    /// How far it follows the market factor; 0 for stablecoins.
    let beta: Double
    /// Standard deviation of a day's return beyond the market's, 0.04 = 4 %.
    let ownDeviation: Double

    var isStable: Bool { beta == 0 }

    init(name: String, referencePrice: Double, dayTurnover: Double, coin: String? = nil) {
        self.name = name
        self.coin = coin ?? name
        self.referencePrice = referencePrice
        self.dayTurnover = dayTurnover
        var random = SeededRandom(SeededRandom.key(self.coin))
        if AssetTable.stablecoins.contains(name) {
            beta = 0
            ownDeviation = 0.0003
        } else if name == "BTC" {
            beta = 0.85
            ownDeviation = 0.006
        } else {
            beta = 0.8 + 0.6 * random.unit()
            // 2 % for the largest coins, 6 % for those with a thousandth of their turnover.
            let size = log10(max(dayTurnover, 1e5) / 1e5) / 4
            ownDeviation = max(0.012, 0.06 - 0.045 * size) * (0.8 + 0.4 * random.unit())
        }
    }
}
