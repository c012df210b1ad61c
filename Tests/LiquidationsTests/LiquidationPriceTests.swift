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
        let side: IsolatedPosition.Side
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

    @Test("At the price, what is left of the margin is what Binance's tier of that price asks for")
    func substituted() throws {
        let tiers = try #require(Self.stepped)
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<20_000 {
            let side: IsolatedPosition.Side = Bool.random(using: &generator) ? .long : .short
            let entry = Double.random(in: 0.01...90_000, using: &generator)
            let notional = Double.random(in: 1...20_000_000, using: &generator)
            let leverage = Double.random(in: 1...100, using: &generator)
            let position = IsolatedPosition(
                side: side,
                quantity: notional / entry,
                entryPrice: entry,
                margin: notional / leverage
            )
            guard let price = position.liquidationPrice(on: .binance, tiers, takerFee: 0) else { continue }
            let tier = tiers.tier(of: position.quantity * price)
            let left = position.margin + side.sign * position.quantity * (price - entry)
            let asked = position.quantity * price * tier.rate - tier.amount
            #expect((left - asked).magnitude < 1e-9 * notional)
        }
    }

    @Test("More margin moves the price away from the entry, on every venue", arguments: Venue.allCases)
    func monotone(venue: Venue) throws {
        let tiers = try #require(Self.stepped)
        for side in IsolatedPosition.Side.allCases {
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
