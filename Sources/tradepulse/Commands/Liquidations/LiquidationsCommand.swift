import ArgumentParser

/// `tradepulse liquidations`: the calculator and the map over files.
struct LiquidationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "liquidations",
        abstract: "Work out liquidation prices and estimate where positions would be liquidated.",
        subcommands: [LiquidationsPriceCommand.self, LiquidationsMapCommand.self]
    )
}
