import Foundation
import Liquidations
import TestKit
import Testing

/// Cases that the venues' own pages, answers and applications show, and cases that were solved exactly.
@Suite("Liquidation prices that others have worked out", .enabled(if: SharedData.isPresent, "no recorded cases"))
struct LiquidationOracleTests {
    @Test(
        "Every worked value comes out within its tolerance",
        arguments: [("examples.json", 18), ("derived.json", 60)]
    )
    func cases(file: String, count: Int) throws {
        let cases = try LiquidationCase.list(try SharedData.bytes("liquidation/\(file)"))
        for one in cases {
            let answer = try one.answer()
            let price = one.expected?.liquidationPrice ?? one.liquidationPrice
            Self.compare(answer.liquidationPrice, price, one)
            if let bankruptcy = one.expected?.bankruptcyPrice { Self.compare(answer.bankruptcyPrice, bankruptcy, one) }
            Self.compare(answer.maintenanceAmount, one.expected?.maintenanceAmount, one)
        }
        #expect(cases.count == count)
    }

    private static func compare(_ found: Double?, _ expected: Double?, _ one: LiquidationCase) {
        guard let found, let expected else {
            #expect(found == nil && expected == nil, "\(one.id): \(found ?? .nan), not \(expected ?? .nan)")
            return
        }
        let tolerance = one.toleranceAbs ?? 1e-9 * expected
        #expect((found - expected).magnitude <= tolerance, "\(one.id): \(found), not \(expected)")
    }
}
