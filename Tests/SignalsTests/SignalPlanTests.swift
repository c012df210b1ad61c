import Foundation
import Liquidations
import Markets
import Signals
import TestKit
import Testing

@Suite("Plans: how much, and how far levered")
struct SignalPlanTests {
    /// Levels as the generator makes them, at any price, with stops from 0.3 % to 12 % away.
    private static func levels(_ generator: inout SeededGenerator) throws -> SignalLevels {
        let direction: SignalDirection = Bool.random(using: &generator) ? .buy : .sell
        let entry = pow(10, Double.random(in: -4...5, using: &generator))
        let risk = Double.random(in: 0.003...0.12, using: &generator)
        let places = max(5 - Int(log10(entry).rounded(.down)), 0)
        let prices = try [0, -risk, risk, 2 * risk, 3 * risk].map { distance in
            let price = FixedPoint(rounding: entry * (1 + direction.sign * distance), places: places)
            return Price(try #require(price))
        }
        return try SignalLevels(
            direction: direction,
            entry: prices[0],
            stop: prices[1],
            targets: Array(prices[2...])
        )
    }

    private static func terms(
        _ generator: inout SeededGenerator,
        _ table: MaintenanceTable,
        venue: Venue? = nil
    ) throws -> SignalPlan.Terms {
        let bases = ["BTC", "ETH", "SOL", "BNB", "XRP", "ADA", "DOGE", "LINK", "LTC"]
        let place = venue ?? Venue.allCases[Int.random(in: 0..<Venue.allCases.count, using: &generator)]
        let base = bases[Int.random(in: 0..<bases.count, using: &generator)]
        let symbol = try #require(Symbol(base + "USDT-PERP"))
        let percent = Double.random(in: 0.05...3, using: &generator)
        let balance = Double.random(in: 100...200_000, using: &generator)
        return SignalPlan.Terms(
            balance: Money(try #require(FixedPoint(rounding: balance, places: 2))),
            riskPercent: try #require(FixedPoint(rounding: percent, places: 2)),
            venue: place,
            tiers: try #require(table.entry(of: symbol, on: place)).tiers,
            step: try #require(Quantity("0.00000001")),
            costs: .standard
        )
    }

    @Test("10,000 random sizings lose exactly the chosen risk at the stop, within one step of the quantity")
    func risk() throws {
        let table = try MaintenanceTable.shipped()
        var generator = SeededGenerator(seed: 10_000)
        var whole = 0
        for _ in 0..<10_000 {
            let levels = try Self.levels(&generator)
            let terms = try Self.terms(&generator, table)
            let plan = try SignalPlan(levels, terms)
            let lost = try Self.lost(levels, plan.quantity, terms.costs)
            let perStep = try Self.lost(levels, terms.step, terms.costs)
            #expect((lost - plan.lossAtStop.value.double).magnitude < 1e-9 * lost + 1e-12)
            #expect(plan.lossAtStop <= plan.riskAmount)
            #expect(plan.margin.value < terms.balance.value)
            guard plan.limit == nil else { continue }
            whole += 1
            #expect(plan.riskAmount.value.double - lost < perStep + 1e-9 * lost)
        }
        #expect(whole > 9_000)
    }

    /// What the course of the signal books when the stop is hit at once, in money.
    private static func lost(_ levels: SignalLevels, _ quantity: Quantity, _ costs: SignalCosts) throws -> Double {
        var course = SignalCourse(
            levels: levels,
            bornAt: MarketTime(milliseconds: 0),
            expiresAt: MarketTime(milliseconds: 100),
            costs: costs
        )
        _ = course.handle(.trade(price: levels.entry, at: MarketTime(milliseconds: 1)))
        let steps = course.handle(.trade(price: levels.stop, at: MarketTime(milliseconds: 2)))
        guard case .closed(let verdict) = steps.last else {
            Issue.record("not stopped")
            return 0
        }
        // Of the notional at which it was entered, slippage included.
        let paid = levels.entry.value.double * (1 + levels.direction.sign * costs.slippage)
        return -verdict.resultR * levels.risk * paid * quantity.value.double
    }

    @Test("Along a million random paths the stop comes before the liquidation; with one more leverage, not always")
    func paths() throws {
        let table = try MaintenanceTable.shipped()
        var generator = SeededGenerator(seed: 1_000_000)
        var broken = 0
        var stopped = 0
        for _ in 0..<2_000 {
            let levels = try Self.levels(&generator)
            let terms = try Self.terms(&generator, table, venue: .binance)
            let plan = try SignalPlan(levels, terms)
            var account = Account(levels, plan, terms, leverage: plan.leverage)
            for _ in 0..<500 {
                switch account.walk(&generator) {
                case .liquidated: Issue.record("\(levels) at \(plan.leverage)")
                case .stopped: stopped += 1
                case .neither: break
                }
            }
            guard plan.leverage < plan.maxLeverage, terms.tiers.index(of: plan.notional.value.double) == 0 else {
                continue
            }
            account = Account(levels, plan, terms, leverage: plan.leverage + 1)
            for _ in 0..<50 where account.walk(&generator) == .liquidated { broken += 1 }
        }
        #expect(stopped > 300_000)
        #expect(broken > 0)
    }

    /// A margin account that is looked at price by price; it knows no liquidation price.
    private struct Account {
        enum End { case stopped, liquidated, neither }

        let sign: Double
        let entry: Double
        let stop: Double
        let quantity: Double
        let margin: Double
        let tiers: MaintenanceTiers
        /// The widest step: the market is never farther beyond the stop than the plan says when it is filled.
        let step: Double

        init(_ levels: SignalLevels, _ plan: SignalPlan, _ terms: SignalPlan.Terms, leverage: Int) {
            sign = levels.direction.sign
            entry = levels.entry.value.double
            stop = levels.stop.value.double
            quantity = plan.quantity.value.double
            margin = quantity * entry / Double(leverage)
            tiers = terms.tiers
            step = SignalPlan.stopBuffer
        }

        /// A path of up to 60 prices; steps become as wide as the way to the stop, plus the buffer.
        func walk(_ generator: inout SeededGenerator) -> End {
            var price = entry
            let reach = (stop - entry).magnitude / 4
            for _ in 0..<60 {
                price += Double.random(in: -1...1, using: &generator) * reach
                guard sign * (price - stop) <= 0 else { continue }
                // The stop's own fill: up to the buffer beyond it.
                let fill = stop * (1 - sign * Double.random(in: 0...step, using: &generator))
                return isLiquidated(at: fill) ? .liquidated : .stopped
            }
            return .neither
        }

        private func isLiquidated(at price: Double) -> Bool {
            let notional = quantity * price
            let tier = tiers.tier(of: notional)
            return margin + sign * quantity * (price - entry) <= notional * tier.rate - tier.amount
        }
    }

    @Test("A balance that cannot carry the margin makes the position smaller, and says so")
    func limits() throws {
        let prices = try ["100", "99", "101", "102", "103"].map { try #require(Price($0)) }
        let levels = try SignalLevels(
            direction: .buy,
            entry: prices[0],
            stop: prices[1],
            targets: Array(prices[2...])
        )
        let tiers = try #require(MaintenanceTiers([(floor: 0, rate: 0.01, maxLeverage: 10)], end: 50_000))
        var terms = SignalPlan.Terms(
            balance: try #require(Money("1000")),
            riskPercent: try #require(FixedPoint("50")),
            venue: .binance,
            tiers: tiers,
            step: try #require(Quantity("0.001")),
            costs: .standard
        )
        let byBalance = try SignalPlan(levels, terms)
        #expect(byBalance.limit == .balance)
        #expect(byBalance.leverage == 10)
        #expect(byBalance.lossAtStop < byBalance.riskAmount)
        #expect(byBalance.margin <= terms.balance)
        terms.balance = try #require(Money("100000"))
        terms.riskPercent = try #require(FixedPoint("1"))
        let byTier = try SignalPlan(levels, terms)
        #expect(byTier.limit == .tier)
        #expect(byTier.notional == Money("50000"))
        terms.balance = try #require(Money("0.0001"))
        #expect(throws: SignalPlanError.belowOneStep) { try SignalPlan(levels, terms) }
    }
}
