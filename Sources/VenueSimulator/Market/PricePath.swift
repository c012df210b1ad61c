import Foundation

/// The logarithm of one asset's dollar price at each minute: reference, market factor, own walk and pumps.
struct PricePath: Sendable {
    /// Standard deviation of the market factor over a day.
    static let marketDeviation = 0.02

    let asset: Asset
    let pumps: PumpSchedule
    private let market: BrownianTree
    private let own: BrownianTree

    /// The walk that all coins follow, each as far as its beta says.
    static func marketFactor(seed: UInt64) -> BrownianTree {
        BrownianTree(seed: seed, name: "market factor", dailyDeviation: marketDeviation)
    }

    /// `market` is the walk that all assets share.
    init(asset: Asset, market: BrownianTree, seed: UInt64) {
        self.asset = asset
        self.market = market
        own = BrownianTree(seed: seed, name: asset.coin, dailyDeviation: asset.ownDeviation)
        pumps = PumpSchedule(asset: asset, seed: seed)
    }

    /// Natural logarithms of the price at the start of each minute of the range.
    func logarithms(_ minutes: ClosedRange<Int64>) -> [Double] {
        let reference = log(asset.referencePrice)
        var output = own.values(minutes)
        if asset.beta != 0 {
            let factor = market.values(minutes)
            for index in output.indices { output[index] += asset.beta * factor[index] }
        }
        for index in output.indices {
            output[index] += reference + pumps.displacement(at: minutes.lowerBound + Int64(index))
        }
        return output
    }

    /// Standard deviation of one minute's return.
    var minuteDeviation: Double {
        let common = asset.beta * Self.marketDeviation
        return ((common * common + asset.ownDeviation * asset.ownDeviation) / 1440).squareRoot()
    }
}
