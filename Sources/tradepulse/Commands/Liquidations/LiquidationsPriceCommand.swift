import ArgumentParser
import Backtesting
import Foundation
import Liquidations

/// `tradepulse liquidations price`: cases that somebody has worked out, answered by the calculator.
struct LiquidationsPriceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "price",
        abstract: "Answer liquidation cases of a JSON file.",
        discussion: """
            CASES is an array of objects with id, rule and the figures that the rule needs, in snake case. Printed is a \
            line for each: {"id", "liquidation_price", "bankruptcy_price", "maintenance_amount"}, null where there is \
            none, or {"id", "error"}.
            """
    )

    private struct Line: Encodable {
        var id: String
        var liquidationPrice: Double?
        var bankruptcyPrice: Double?
        var maintenanceAmount: Double?
        var error: String?

        enum CodingKeys: String, CodingKey {
            case id, error
            case liquidationPrice = "liquidation_price"
            case bankruptcyPrice = "bankruptcy_price"
            case maintenanceAmount = "maintenance_amount"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            if let error { return try container.encode(error, forKey: .error) }
            try container.encode(liquidationPrice, forKey: .liquidationPrice)
            try container.encode(bankruptcyPrice, forKey: .bankruptcyPrice)
            try container.encode(maintenanceAmount, forKey: .maintenanceAmount)
        }
    }

    @Argument(help: "The file, gzipped or not.")
    var cases: String

    func run() async throws {
        try Failure.explained {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            for one in try LiquidationCase.list(Data(try GzipFile.read(cases))) {
                var line = Line(id: one.id)
                do {
                    let answer = try one.answer()
                    line.liquidationPrice = answer.liquidationPrice
                    line.bankruptcyPrice = answer.bankruptcyPrice
                    line.maintenanceAmount = answer.maintenanceAmount
                } catch {
                    line.error = "\(error)"
                }
                AdminCommand.say(String(decoding: try encoder.encode(line), as: UTF8.self))
            }
        }
    }
}
