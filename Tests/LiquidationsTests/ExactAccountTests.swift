import Liquidations
import Markets
import TestKit
import Testing

/// Accounts in whole numbers, so that what a price leaves of them is known exactly.
///
/// Prices in units of 10⁻¹⁰, sizes of 10⁻³, rates of 10⁻⁴, sums of 10⁻¹⁷.
private struct ExactAccount {
    struct Leg {
        var side: Int128
        var size: Int128
        var entry: Int128

        var inexact: MarginLeg {
            MarginLeg(side: side > 0 ? .long : .short, size: Double(size) / 1e3, entryPrice: Double(entry) / 1e10)
        }
    }

    struct Other {
        var leg: Leg
        var mark: Int128
    }

    /// Floor in whole units of quote asset and rate; as the schedules of the venues.
    static let tiers: [(floor: Int128, rate: Int128)] = [
        (0, 40), (50_000, 50), (600_000, 65), (3_000_000, 100), (12_000_000, 200), (70_000_000, 250),
        (100_000_000, 500), (230_000_000, 1_000),
    ]

    static let amounts: [Int128] = {
        var amounts: [Int128] = [0]
        for (before, tier) in zip(tiers, tiers.dropFirst()) {
            amounts.append((amounts.last ?? 0) + tier.floor * (tier.rate - before.rate) * 10_000_000_000_000)
        }
        return amounts
    }()

    var wallet: Int128
    var leg: Leg
    var opposite: Leg?
    var others: [Other]

    /// What is left at a price beyond what must be.
    func surplus(at price: Int128) -> Int128 {
        var left = wallet
        for one in [leg, opposite].compactMap({ $0 }) { left += Self.surplus(one, at: price) }
        for other in others { left += Self.surplus(other.leg, at: other.mark) }
        return left
    }

    /// The wallet and all notionals.
    func gross(at mark: Int128) -> Int128 {
        let notionals = [leg, opposite].compactMap { $0 }.map { $0.size * mark } + others.map { $0.leg.size * $0.mark }
        return (wallet < 0 ? -wallet : wallet) + notionals.reduce(0, +) * 10_000
    }

    static func surplus(_ leg: Leg, at price: Int128) -> Int128 {
        let notional = leg.size * price
        let tier = tiers.lastIndex { $0.floor * 10_000_000_000_000 <= notional } ?? 0
        return leg.side * leg.size * (price - leg.entry) * 10_000 - notional * tiers[tier].rate + amounts[tier]
    }

    func position(_ tiers: MaintenanceTiers) -> VenuePosition {
        VenuePosition(
            venue: .binance,
            contract: .linear,
            leg: leg.inexact,
            opposite: opposite?.inexact,
            backing: .cross(
                wallet: Double(wallet) / 1e17,
                others: others.map { .init(leg: $0.leg.inexact, markPrice: Double($0.mark) / 1e10, tiers: tiers) }
            ),
            tiers: tiers,
            takerFee: 0
        )
    }

    /// Up to five positions, every third hedged, solvent at the price where it is looked at.
    static func random(using generator: inout some RandomNumberGenerator) -> (account: ExactAccount, mark: Int128) {
        func leg(around mark: Int128, side: Int128? = nil) -> Leg {
            let notional = Double.random(in: 3...8.4, using: &generator)
            var value = 1.0
            for _ in 0..<Int(notional) { value *= 10 }
            value *= Double.random(in: 1...10, using: &generator)
            return Leg(
                side: side ?? (Bool.random(using: &generator) ? 1 : -1),
                size: max(1, Int128(value * 1e13 / Double(mark))),
                entry: mark * Int128.random(in: 900...1_100, using: &generator) / 1_000
            )
        }
        func mark() -> Int128 { Int128.random(in: 1_000_000...900_000_000_000_000, using: &generator) }
        let place = mark()
        let first = leg(around: place)
        let opposite = Int.random(in: 0..<3, using: &generator) == 0 ? leg(around: place, side: -first.side) : nil
        let others = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            let mark = mark()
            return Other(leg: leg(around: mark), mark: mark)
        }
        var account = ExactAccount(wallet: 0, leg: first, opposite: opposite, others: others)
        // What it needs, and something on top: up to twice the largest position.
        let largest = max(first.size, opposite?.size ?? 0) * place * 10_000
        let spare = largest / 10_000 * Int128.random(in: 1...20_000, using: &generator)
        account.wallet = spare - account.surplus(at: place)
        return (account, place)
    }
}

@Suite("Liquidation prices of accounts with several positions")
struct ExactAccountTests {
    @Test("Put back into the equation exactly, each of 100,000 prices is where the surplus ends")
    func substituted() throws {
        let tiers = try #require(
            MaintenanceTiers(
                ExactAccount.tiers.map { (floor: Double($0.floor), rate: Double($0.rate) / 1e4, maxLeverage: 1) },
                end: 4.8e8
            )
        )
        var generator = SeededGenerator(seed: 9)
        var (none, above, below, hedged) = (0, 0, 0, 0)
        for _ in 0..<100_000 {
            let (account, mark) = ExactAccount.random(using: &generator)
            guard let price = account.position(tiers).account.liquidationPrice else {
                none += 1
                // Solvent at next to nothing, and however high a price gets.
                let isSolvent = account.surplus(at: 1) >= 0 && account.surplus(at: mark) >= 0
                if !isSolvent { Issue.record("no price, though there is one: \(account)") }
                continue
            }
            let found = Int128((price * 1e10).rounded())
            // A billionth, or what the last digits of all that stands in the wallet are worth to this position.
            let digits = (account.gross(at: mark) / (account.leg.size * 10_000)) >> 46
            let margin = found / 1_000_000_000 + 2 + digits
            let isBelow = found < mark
            let inside = account.surplus(at: isBelow ? found + margin : found - margin)
            let outside = account.surplus(at: isBelow ? found - margin : found + margin)
            if inside < 0 || outside > 0 { Issue.record("\(price) leaves \(inside) and \(outside): \(account)") }
            if account.opposite != nil {
                hedged += 1
            } else if isBelow != (account.leg.side > 0) {
                Issue.record("\(price) lies on the side where \(account.leg) gains")
            }
            if isBelow { below += 1 } else { above += 1 }
        }
        #expect(none > 1_000 && above > 20_000 && below > 20_000 && hedged > 20_000)
    }
}
