import Foundation
import Liquidations
import Markets
import TestKit
import Testing

@Suite("Liquidation prices of isolated linear positions")
struct LiquidationPriceTests {
    private static let flat = MaintenanceTiers([(floor: 0, rate: 0.005, maxLeverage: 100)], end: 1e9)
    private static let stepped = MaintenanceTiers(
        [(0, 0.004, 125), (50_000, 0.005, 100), (600_000, 0.01, 50), (3_000_000, 0.05, 10)].map {
            (floor: Double($0.0), rate: $0.1, maxLeverage: $0.2)
        },
        end: 1e8
    )

    private struct Worked: Sendable {
        let venue: Venue
        let side: PositionSide
        let entry: Double
        let margin: Double
        let price: Double
    }

    private static let worked = [
        // Bybit's article: 1 BTC at 20,000 with 50 times; with 3,000 added to a short's margin.
        Worked(venue: .bybit, side: .long, entry: 20_000, margin: 400, price: 19_700),
        Worked(venue: .bybit, side: .short, entry: 20_000, margin: 3_400, price: 23_300),
        // 10,000 − 1,000 = 9,000 stand against P·(1 − 0.005).
        Worked(venue: .binance, side: .long, entry: 10_000, margin: 1_000, price: 9_000 / 0.995),
        Worked(venue: .binance, side: .short, entry: 10_000, margin: 1_000, price: 11_000 / 1.005),
        Worked(venue: .okx, side: .long, entry: 10_000, margin: 1_000, price: 9_000 / 0.9945),
        Worked(venue: .mexc, side: .short, entry: 10_000, margin: 1_000, price: 11_000 / 1.0055),
    ]

    @Test("Each venue's rule gives what its help pages work out", arguments: worked)
    private func workedOut(one: Worked) throws {
        let tiers = try #require(Self.flat)
        let position = IsolatedPosition(side: one.side, quantity: 1, entryPrice: one.entry, margin: one.margin)
        let price = try #require(position.liquidationPrice(on: one.venue, tiers, takerFee: 0.0005))
        #expect((price - one.price).magnitude < 1e-9 * one.price)
    }

    @Test("A long with its whole price as margin is never liquidated")
    func never() throws {
        let position = IsolatedPosition(side: .long, quantity: 2, entryPrice: 100, margin: 200)
        let tiers = try #require(Self.flat)
        for venue in Venue.allCases where venue != .bybit {
            #expect(position.liquidationPrice(on: venue, tiers, takerFee: 0) == nil)
        }
    }

    @Test("A price does not jump where a tier begins, whichever side it is seen from", arguments: PositionSide.allCases)
    func continuous(side: PositionSide) throws {
        let tiers = try #require(Self.stepped)
        for tier in tiers.tiers.dropFirst() {
            // The size whose liquidation price is 10,000, just where the tier begins.
            let size = tier.floor / 10_000
            for leverage in [1.5, 5, 20.0] {
                let ends = [0.999_999_999, 1.000_000_001].map { part in
                    let position = IsolatedPosition(
                        side: side,
                        quantity: size * part,
                        entryPrice: 10_000 * (1 + side.sign / leverage),
                        margin: size * part * (10_000 / leverage + 10_000 * tier.rate) - tier.amount
                    )
                    return position.liquidationPrice(on: .binance, tiers, takerFee: 0) ?? .nan
                }
                #expect((ends[0] - 10_000).magnitude < 1e-3 && (ends[0] - ends[1]).magnitude < 1e-3)
            }
        }
    }

    @Test("A long's price is below its entry and a short's above, inverse or linear, wherever the margin suffices")
    func rightSide() throws {
        let tiers = try #require(Self.stepped)
        var generator = SeededGenerator(seed: 11)
        var none = 0
        for _ in 0..<20_000 {
            let side = try #require(PositionSide.allCases.randomElement(using: &generator))
            let venue = try #require(Venue.allCases.randomElement(using: &generator))
            let contract = try #require(ContractKind.allCases.randomElement(using: &generator))
            let entry = Double.random(in: 0.01...90_000, using: &generator)
            let size = Double.random(in: 1...2_000_000, using: &generator) / (contract == .linear ? entry : 1)
            let leg = MarginLeg(side: side, size: size, entryPrice: entry)
            let notional = leg.notional(at: entry, contract)
            let margin = notional * Double.random(in: 0.06...0.98, using: &generator)
            let position = VenuePosition(
                venue: venue,
                contract: contract,
                leg: leg,
                backing: Bool.random(using: &generator)
                    ? .isolated(margin: margin, initial: margin / 2) : .cross(wallet: margin, others: []),
                tiers: tiers,
                takerFee: 0.0005
            )
            guard let price = position.account.liquidationPrice else {
                none += 1
                continue
            }
            if side == .long ? price >= entry : price <= entry { Issue.record("\(price) of \(position)") }
            let end = try #require(position.account.bankruptcyPrice)
            // What is left at the price is what must be, and the margin ends beyond it.
            let left = position.account.equity(at: price) - position.account.requirement(at: price)
            if left.magnitude > 1e-9 * notional { Issue.record("\(left) is left of \(position)") }
            if side == .long ? end > price : end < price { Issue.record("\(end) before \(price) of \(position)") }
        }
        #expect(none < 2_000)
    }

    @Test("What a shared wallet's other positions gain and need moves the price, and a hedge moves it away")
    func shared() throws {
        let tiers = try #require(Self.flat)
        func price(others: [VenuePosition.Other], opposite: MarginLeg? = nil) -> Double? {
            VenuePosition(
                venue: .binance,
                contract: .linear,
                leg: MarginLeg(side: .long, size: 10, entryPrice: 1_000),
                opposite: opposite,
                backing: .cross(wallet: 2_000, others: others),
                tiers: tiers,
                takerFee: 0
            ).account.liquidationPrice
        }
        let alone = try #require(price(others: []))
        #expect((alone - 8_000 / 9.95).magnitude < 1e-9)
        let other = MarginLeg(side: .short, size: 1, entryPrice: 500)
        let losing = try #require(price(others: [.init(leg: other, markPrice: 600, tiers: tiers)]))
        let gaining = try #require(price(others: [.init(leg: other, markPrice: 400, tiers: tiers)]))
        #expect(gaining < alone && alone < losing)
        let hedged = try #require(price(others: [], opposite: MarginLeg(side: .short, size: 5, entryPrice: 1_000)))
        #expect(hedged < alone)
    }

    @Test("More margin moves the price away from the entry, on every venue", arguments: Venue.allCases)
    func monotone(venue: Venue) throws {
        let tiers = try #require(Self.stepped)
        for side in PositionSide.allCases {
            var last: Double?
            for leverage in stride(from: 90.0, through: 2, by: -1) {
                let position = IsolatedPosition(
                    side: side,
                    quantity: 10,
                    entryPrice: 60_000,
                    margin: 600_000 / leverage
                )
                let price = try #require(position.liquidationPrice(on: venue, tiers, takerFee: 0.0005))
                if let last { #expect(side == .long ? price < last : price > last) }
                last = price
            }
        }
    }

    @Test("Tiers that fall, jump back or do not begin at zero are none")
    func tiers() {
        #expect(MaintenanceTiers([], end: 1) == nil)
        #expect(MaintenanceTiers([(floor: 1, rate: 0.01, maxLeverage: 5)], end: 10) == nil)
        let rows = [(floor: 0.0, rate: 0.02, maxLeverage: 5), (floor: 100.0, rate: 0.01, maxLeverage: 5)]
        #expect(MaintenanceTiers(rows, end: 1_000) == nil)
        #expect(MaintenanceTiers([(floor: 0, rate: 0.01, maxLeverage: 5)], end: 0) == nil)
    }

    @Test("What ships has the nine perpetuals of Binance, and says where its figures are from")
    func shipped() throws {
        let table = try MaintenanceTable.shipped()
        for base in ["BTC", "ETH", "SOL", "BNB", "XRP", "ADA", "DOGE", "LINK", "LTC"] {
            let symbol = try #require(Symbol(base + "USDT-PERP"))
            let entry = try #require(table.entry(of: symbol, on: .binance))
            #expect(!entry.isAssumed)
            let guess = try #require(table.entry(of: symbol, on: .mexc))
            #expect(guess.isAssumed && guess.source.hasPrefix("assumed"))
            // What is assumed is never milder than what is known.
            for notional in [10.0, 60_000, 300_000, 900_000] {
                #expect(guess.tiers.tier(of: notional).rate >= entry.tiers.tier(of: notional).rate)
            }
        }
        let bitcoin = try #require(Symbol("BTCUSDT-PERP"))
        #expect(table.entry(of: bitcoin, on: .binance)?.tiers.tiers[3].amount.rounded() == 11_450)
        #expect(table.entry(of: bitcoin, on: .bybit)?.tiers.tiers[1].amount.rounded() == 1_200)
        let spot = try #require(Symbol("BTCUSDT"))
        #expect(table.entry(of: spot, on: .binance) == nil)
    }
}

@Suite("Liquidation prices against positions that are led step by step", .timeLimit(.minutes(2)))
struct SteppedPositionTests {
    /// A linear position as a venue's risk engine sees it: each step's gain is booked, then what is left is compared.
    private struct Led {
        let venue: Venue
        let sign: Double
        let size: Double
        let entry: Double
        let margin: Double

        static let floors = [0, 50_000, 600_000, 3_000_000.0]
        static let rates = [0.004, 0.005, 0.01, 0.05]
        static let amounts = [0, 50, 3_050, 123_050.0]

        static func tier(_ notional: Double) -> Int {
            notional < floors[1] ? 0 : notional < floors[2] ? 1 : notional < floors[3] ? 2 : 3
        }

        /// The first step after which too little is left; nil where none is.
        func end(_ prices: [Double]) -> Int? {
            let tier = Self.tier(size * entry)
            var left = margin
            var last = entry
            for (step, price) in prices.enumerated() {
                left += sign * size * (price - last)
                last = price
                let notional = size * price
                let asked: Double
                switch venue {
                case .binance:
                    let tier = Self.tier(notional)
                    asked = notional * Self.rates[tier] - Self.amounts[tier]
                case .bybit: asked = size * entry * Self.rates[tier] - Self.amounts[tier]
                case .okx, .mexc: asked = notional * (Self.rates[tier] + 0.0005)
                }
                if left < asked { return step }
            }
            return nil
        }
    }

    @Test("A million positions end at the step that crosses their price, and at no other")
    func million() throws {
        let tiers = try #require(
            MaintenanceTiers(
                zip(Led.floors, Led.rates).map { (floor: $0, rate: $1, maxLeverage: 100) },
                end: 1e9
            )
        )
        var generator = SeededGenerator(seed: 12)
        // A path for every 1,000 positions: what is drawn anew for each is the position.
        var (ended, stood, wrong) = (0, 0, 0)
        for _ in 0..<1_000 {
            let entry = Double.random(in: 0.001...100_000, using: &generator)
            var price = entry
            let prices = (0..<12).map { _ in
                price *= Double.random(in: 0.98...1.02, using: &generator)
                return price
            }
            for place in 0..<1_000 {
                let led = Led(
                    venue: Venue.allCases[place % 4],
                    sign: place % 8 < 4 ? 1 : -1,
                    size: Double(1 + place * place * 5) / entry,
                    entry: entry,
                    margin: Double(1 + place * place * 5) / Double.random(in: 5...100, using: &generator)
                )
                let expected = led.end(prices)
                let found = IsolatedPosition(
                    side: led.sign > 0 ? .long : .short,
                    quantity: led.size,
                    entryPrice: entry,
                    margin: led.margin
                ).liquidationPrice(on: led.venue, tiers, takerFee: 0.0005)
                let step = found.flatMap { end in prices.firstIndex { led.sign > 0 ? $0 < end : $0 > end } }
                if step == nil { stood += 1 } else { ended += 1 }
                guard step != expected else { continue }
                // A price that is the last digit away from the end may fall on either side of it.
                let isTie = [step, expected].contains { step in
                    step.map { (prices[$0] / (found ?? 0) - 1).magnitude < 1e-9 } ?? false
                }
                if !isTie { wrong += 1 }
            }
        }
        #expect(wrong == 0 && ended > 100_000 && stood > 100_000, "\(wrong) of \(ended) and \(stood)")
    }
}
