import ArgumentParser
import Foundation
import Liquidations
import Markets

/// Prices of the liquidation calculator, and steps of the map.
struct LiquidationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "liquidations",
        abstract: "Liquidation prices per CPU second, and the time of one step of the map."
    )

    @Option(help: "Prices that are measured, of each kind.")
    var prices = 2_000_000

    @Option(help: "Steps of the map that are measured.")
    var steps = 100_000

    func validate() throws {
        guard prices > 0, steps > 0 else { throw ValidationError("--prices and --steps take 1 or more.") }
    }

    func run() async throws {
        let table = try MaintenanceTable.shipped()
        guard let symbol = Symbol("BTCUSDT-PERP"), let entry = table.entry(of: symbol, on: .binance) else {
            throw ValidationError("no tiers")
        }
        let tiers = entry.tiers.tiers.count
        Report.write(
            "liquidations: prices, Binance isolated, \(tiers) tiers",
            rate(.binance, entry.tiers),
            "per CPU second"
        )
        Report.write("liquidations: prices, OKX isolated", rate(.okx, entry.tiers), "per CPU second")
        try map()
    }

    private func rate(_ venue: Venue, _ tiers: MaintenanceTiers) -> Double {
        var sum = 0.0
        let start = ProcessorTime.ofThread
        for number in 0..<prices {
            let position = IsolatedPosition(
                side: number % 2 == 0 ? .long : .short,
                quantity: Double(number % 5_000 + 1) / 10,
                entryPrice: 60_000 + Double(number % 977),
                margin: Double(number % 5_000 + 1) * 300
            )
            sum += position.liquidationPrice(on: venue, tiers, takerFee: 0.0005) ?? 0
        }
        let seconds = ProcessorTime.ofThread - start
        precondition(sum > 0, "the work is done, not left out as unused")
        return Double(prices) / seconds
    }

    /// Fifteen-minute steps of a third of a percent on a grid of a basis point, the finest that is used.
    private func map() throws {
        let assumptions = MapAssumptions(
            leverages: [5, 10, 20, 25, 50, 100],
            shares: [0.15, 0.3, 0.25, 0.1, 0.12, 0.08],
            maintenanceRate: 0.005,
            counting: .bothSides
        )
        guard let assumptions else { throw ValidationError("no assumptions") }
        var map = LiquidationMap(assumptions)
        var market = Walk()
        let made = (0..<steps).map { _ in market.next() }
        let start = ProcessorTime.ofThread
        for step in made { map.take(step) }
        let seconds = ProcessorTime.ofThread - start
        Report.write("liquidations: a step of the map", seconds / Double(steps) * 1e6, "µs")
    }

    private struct Walk {
        private var state: UInt64 = 42
        private var price = 30_000.0
        private var interest = 0.0

        /// Between 0 and 1, of a linear congruence: the same on every machine.
        private mutating func random() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / Double(1 << 53)
        }

        mutating func next() -> MarketStep {
            let from = price
            price = min(max(price * (1 + (random() - 0.5) * 0.0126), 15_000), 60_000)
            let opened = 20 + 40 * random()
            let ended = min(interest, interest * 0.009 * (0.5 + random()))
            interest += opened - ended
            let volume = opened + ended
            return MarketStep(
                low: min(from, price) * 0.9995,
                high: max(from, price) * 1.0005,
                close: price,
                volume: volume,
                takerBuyVolume: volume * random(),
                openInterest: interest
            )
        }
    }
}
