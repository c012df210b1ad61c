import ArgumentParser

/// `tradepulse signals`: the generator over recorded candles; no server and no database.
struct SignalsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signals",
        abstract: "Run the generator of signals over recorded candles.",
        subcommands: [SignalsWalkForwardCommand.self, SignalsFeaturesCommand.self]
    )
}
