import Foundation
import Markets

/// What a market did in one step: a candle with its takers' buys, and the open interest when it ended.
package struct MarketStep: Hashable, Sendable {
    package var low: Double
    package var high: Double
    package var close: Double
    /// Base asset.
    package var volume: Double
    /// Base asset; of the volume.
    package var takerBuyVolume: Double
    /// Base asset, at the end of the step.
    package var openInterest: Double

    package init(
        low: Double,
        high: Double,
        close: Double,
        volume: Double,
        takerBuyVolume: Double,
        openInterest: Double
    ) {
        self.low = low
        self.high = high
        self.close = close
        self.volume = volume
        self.takerBuyVolume = takerBuyVolume
        self.openInterest = openInterest
    }
}

/// What the map takes for granted; part of every answer that shows it.
package struct MapAssumptions: Hashable, Sendable {
    /// Whose sum the open interest is.
    package enum Counting: String, Hashable, Sendable {
        /// Of the venues: each contract has a long and a short, so that each side holds all of it.
        case bothSides
        /// Of a list of positions: longs and shorts together are all of it.
        case eachPosition
    }

    package var leverages: [Double]
    /// Of what is opened, one together; the map learns its own from there.
    package var shares: [Double]
    /// 0.005 for 0.5 % of the notional.
    package var maintenanceRate: Double
    package var counting: Counting

    /// Nil unless there are as many shares as leverages, all above zero, and every leverage leaves a margin.
    package init?(leverages: [Double], shares: [Double], maintenanceRate: Double, counting: Counting) {
        let sum = shares.reduce(0, +)
        guard !leverages.isEmpty, leverages.count == shares.count, shares.allSatisfy({ $0 > 0 }), sum.isFinite,
            maintenanceRate >= 0, leverages.allSatisfy({ $0 >= 1 && 1 / $0 > maintenanceRate })
        else { return nil }
        self.leverages = leverages
        self.shares = shares.map { $0 / sum }
        self.maintenanceRate = maintenanceRate
        self.counting = counting
    }

    /// The ratio of a position's liquidation price to its entry: 1 − s·(1/leverage − r).
    func ratio(_ side: PositionSide, _ leverage: Double) -> Double { 1 - side.sign * (1 / leverage - maintenanceRate) }
}

/// Where open positions would be liquidated, estimated step by step from trades and open interest.
///
/// Volume is opened + closed + liquidated, and the change of open interest opened − closed − liquidated: so opened is
/// (volume + change)/2 and the rest of the volume ended. What is opened enters at the prices of its step, longs by the
/// takers' part of the volume, spread over the leverages; what the price crosses leaves in the same step; of everything
/// else the same part is closed in each step. The shares of the leverages and that part are learnt (``LeverageMix``), and
/// the sides always add up to the open interest.
///
/// A value without a clock. Levels lie on a grid of logarithms of the price; a step costs as many cells as its range and
/// what it crosses.
package struct LiquidationMap: Sendable {
    /// A price at which positions would end, with what would be closed there, base asset.
    package struct Level: Hashable, Sendable {
        package var price: Double
        package var long: Double
        package var short: Double
        /// Both sides, as the leverages of the assumptions.
        package var byLeverage: [Double]

        package init(price: Double, long: Double, short: Double, byLeverage: [Double]) {
            self.price = price
            self.long = long
            self.short = short
            self.byLeverage = byLeverage
        }
    }

    package let assumptions: MapAssumptions
    /// Width of a cell, relative.
    package let resolution: Double
    private var mix: LeverageMix
    private var ladders: [Ladder]
    private(set) package var openInterest = 0.0
    private(set) package var price: Double?
    private(set) package var steps = 0
    /// Logarithm of the price where the grid begins.
    private var origin = 0.0

    /// From 1/4 to 4 times the price where the grid was laid; it is laid anew beyond half of that.
    private static let halfSpan = 1.386
    /// Of what was opened at a crossed level, the part that was opened before the price got there.
    private static let crossedAtOnce = 0.5

    package init(_ assumptions: MapAssumptions, resolution: Double = 5e-5) {
        self.assumptions = assumptions
        self.resolution = resolution
        mix = LeverageMix(assumed: assumptions.shares)
        let cells = Int(2 * Self.halfSpan / resolution)
        ladders = [PositionSide.long, .short].flatMap { side in
            assumptions.leverages.map { leverage in
                Ladder(side: side, offset: log(assumptions.ratio(side, leverage)) / resolution, cells: cells)
            }
        }
    }

    /// The shares of the leverages, as learnt so far.
    package var shares: [Double] { mix.shares }

    /// Takes one step; one without a price, or with figures that cannot be, is left out.
    package mutating func take(_ step: MarketStep) {
        guard step.low > 0, step.high >= step.low, step.high.isFinite, step.volume >= 0, step.volume.isFinite,
            step.openInterest >= 0, step.openInterest.isFinite
        else { return }
        lay(around: step.close)
        let low = (log(step.low) - origin) / resolution
        // A step of one price opens within a hundredth of a cell.
        let high = max((log(step.high) - origin) / resolution, low + 0.01)
        let change = step.openInterest - openInterest
        let opened = max((step.volume + change) / 2, 0)
        let ended = max((step.volume - change) / 2, 0)
        let taken = step.volume > 0 ? min(max(step.takerBuyVolume / step.volume, 0), 1) : 0.5
        let count = assumptions.leverages.count
        var crossed = Array(repeating: 0.0, count: count)
        for place in ladders.indices { crossed[place % count] += ladders[place].cross(low, high) }
        // Of a venue each contract is opened and ends twice, once on each side.
        let sides = assumptions.counting == .bothSides ? 2.0 : 1
        let longPart = assumptions.counting == .bothSides ? 1 : taken
        let shortPart = assumptions.counting == .bothSides ? 1 : 1 - taken
        for place in ladders.indices {
            let mass = opened * (place < count ? longPart : shortPart)
            crossed[place % count] += Self.crossedAtOnce * ladders[place].missed(mass, low, high)
        }
        if steps > 0, openInterest > 0 {
            mix.learn(crossed: crossed, openInterest: sides * openInterest, ended: sides * ended)
            // One step's closings come in the sizes of positions and say little of how much of everything closed.
            for place in ladders.indices { ladders[place].shrink(to: 1 - min(mix.hazard, 0.5)) }
        }
        for place in ladders.indices {
            ladders[place].open(opened * (place < count ? longPart : shortPart), low, high)
        }
        openInterest = step.openInterest
        price = step.close
        steps += 1
    }

    /// The levels that hold anything, lowest first, in steps of so many cells; their sides add up to the open interest as
    /// the assumptions count it.
    package func levels(cellsPerLevel: Int = 1) -> [Level] {
        let count = assumptions.leverages.count
        let scales = scales
        guard let first = ladders.first else { return [] }
        var levels: [Level] = []
        for start in stride(from: 0, to: first.cells, by: cellsPerLevel) {
            let range = start..<min(start + cellsPerLevel, first.cells)
            var level = Level(price: 0, long: 0, short: 0, byLeverage: Array(repeating: 0, count: count))
            for place in ladders.indices {
                let mass = ladders[place].mass(in: range)
                guard mass > 0 else { continue }
                let share = mass * mix.shares[place % count] * (place < count ? scales.long : scales.short)
                if place < count { level.long += share } else { level.short += share }
                level.byLeverage[place % count] += share
            }
            guard level.long + level.short > 0 else { continue }
            level.price = exp(origin + (Double(range.lowerBound) + Double(range.count) / 2) * resolution)
            levels.append(level)
        }
        return levels
    }

    /// What turns the ladders' masses into open interest.
    private var scales: (long: Double, short: Double) {
        let count = assumptions.leverages.count
        var sums = (long: 0.0, short: 0.0)
        for place in ladders.indices {
            let mass = ladders[place].total * mix.shares[place % count]
            if place < count { sums.long += mass } else { sums.short += mass }
        }
        switch assumptions.counting {
        case .eachPosition:
            let scale = sums.long + sums.short > 0 ? openInterest / (sums.long + sums.short) : 0
            return (scale, scale)
        case .bothSides:
            return (sums.long > 0 ? openInterest / sums.long : 0, sums.short > 0 ? openInterest / sums.short : 0)
        }
    }

    /// Lays the grid around the first price, and anew when the price has come far from its middle.
    private mutating func lay(around price: Double) {
        let wanted = log(price) - Self.halfSpan
        if self.price == nil { origin = wanted }
        guard (wanted - origin).magnitude > Self.halfSpan / 2 else { return }
        let cells = Int(((wanted - origin) / resolution).rounded())
        for place in ladders.indices { ladders[place].shift(by: cells) }
        origin += Double(cells) * resolution
    }
}
