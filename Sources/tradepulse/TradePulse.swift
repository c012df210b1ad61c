import ArgumentParser

@main
struct TradePulse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tradepulse",
        abstract: "The backend of a crypto trading-signals app.",
        discussion: "Signals are not financial advice.",
        subcommands: [
            ServeCommand.self, ReplayCommand.self, SimulateCommand.self, BacktestCommand.self, SignalsCommand.self,
            PumpsCommand.self, LiquidationsCommand.self, MigrateCommand.self, SeedCommand.self, ConfigCommand.self,
            KeysCommand.self,
            AdminCommand.self, AuditCommand.self, RecordCommand.self,
        ]
    )
}
