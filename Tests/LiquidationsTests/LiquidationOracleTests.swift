import Foundation
import Liquidations
import Markets
import TestKit
import Testing

/// Cases that the venues' own pages, answers and applications show, and cases that were solved exactly.
@Suite("Liquidation prices that others have worked out", .enabled(if: SharedData.isPresent, "no recorded cases"))
struct LiquidationOracleTests {
    private struct Case: Decodable {
        struct Expected: Decodable { var liquidationPrice: Double? }

        var id: String
        var rule: String
        var mode: String?
        var side: Double?
        var quantity: Double?
        var entryPrice: Double?
        var walletBalance: Double?
        var contracts: Double?
        var faceValue: Double?
        var contractSize: Double?
        var margin: Double?
        var positionMargin: Double?
        var leverage: Double?
        var extraMargin: Double?
        var maintenanceRate: Double?
        var maintenanceAmount: Double?
        var maintenanceDeduction: Double?
        var takerFee: Double?
        var tiers: [[Figure]]?
        var liquidationPrice: Double?
        var expected: Expected?
        var toleranceAbs: Double?
    }

    /// A number, or a text that is one.
    private struct Figure: Decodable {
        let value: Double

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                value = number
            } else {
                value = Double(try container.decode(String.self)) ?? .nan
            }
        }
    }

    @Test("Binance's, Bybit's, OKX' and MEXC's isolated linear cases come out")
    func cases() throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        var checked: [String: Int] = [:]
        for file in ["derived.json", "examples.json"] {
            let data = try SharedData.bytes("liquidation/\(file)")
            for one in try decoder.decode([Case].self, from: data) where one.mode == "isolated" {
                guard let (venue, position, tiers) = try Self.position(one) else { continue }
                let found = position.liquidationPrice(on: venue, tiers, takerFee: one.takerFee ?? 0)
                let expected = one.expected?.liquidationPrice ?? one.liquidationPrice
                checked[one.rule, default: 0] += 1
                guard let expected, let found else {
                    #expect(found == nil && expected == nil, "\(one.id)")
                    continue
                }
                let tolerance = one.toleranceAbs ?? 1e-9 * expected
                #expect((found - expected).magnitude <= tolerance, "\(one.id): \(found), not \(expected)")
            }
        }
        #expect(checked.values.reduce(0, +) == 40, "\(checked)")
    }

    private static func position(_ one: Case) throws -> (Venue, IsolatedPosition, MaintenanceTiers)? {
        let venues: [String: Venue] = [
            "binance-usdm": .binance, "bybit-linear-isolated-entry-mm": .bybit, "okx-linear-isolated": .okx,
            "mexc-linear-isolated": .mexc,
        ]
        let size = one.faceValue ?? one.contractSize
        guard let venue = venues[one.rule], let side = one.side, let entry = one.entryPrice,
            let quantity = one.quantity ?? one.contracts.flatMap({ count in size.map { count * $0 } })
        else { return nil }
        let margin =
            one.walletBalance ?? one.margin ?? one.positionMargin
            ?? (quantity * entry / (one.leverage ?? 1) + (one.extraMargin ?? 0))
        let position = IsolatedPosition(
            side: side > 0 ? .long : .short,
            quantity: quantity,
            entryPrice: entry,
            margin: margin
        )
        if let rows = one.tiers {
            let tiers = MaintenanceTiers(
                rows.map { (floor: $0[0].value, rate: $0[2].value, maxLeverage: 1) },
                end: rows.last?[1].value ?? 0
            )
            return try (venue, position, #require(tiers, "\(one.id)"))
        }
        guard let rate = one.maintenanceRate else { return nil }
        // One tier with an amount stands for two that join where the amount says.
        guard let amount = one.maintenanceAmount ?? one.maintenanceDeduction, amount > 0 else {
            let tiers = MaintenanceTiers([(floor: 0, rate: rate, maxLeverage: 1)], end: 1e15)
            return try (venue, position, #require(tiers))
        }
        let first = rate / 2
        let tiers = MaintenanceTiers(
            [(floor: 0, rate: first, maxLeverage: 1), (floor: amount / (rate - first), rate: rate, maxLeverage: 1)],
            end: 1e15
        )
        return try (venue, position, #require(tiers))
    }
}
