import ArgumentParser

/// Measures units of work of the server's own parts; `Benchmarks/run` calls it and prints the table.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tradepulse-bench",
        abstract: "Measure TradePulse; every line of the output is NAME, FIGURE and UNIT, separated by tabs.",
        subcommands: [
            DecodeCommand.self, IngestCommand.self, FanOutCommand.self, HubCommand.self, IndicatorsCommand.self,
            BacktestCommand.self, PumpsCommand.self, LiquidationsCommand.self, RecordCommand.self,
        ]
    )
}
