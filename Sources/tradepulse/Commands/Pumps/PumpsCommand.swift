import ArgumentParser

/// `tradepulse pumps`: the pump detector over recorded trades; no server and no database.
struct PumpsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pumps",
        abstract: "Try the pump detector on files of trades.",
        discussion: """
            Files are CSV, plain or gzipped, with a heading: ts_ms or time_ms, side, price or price_e8, amount or qty. \
            A file's name up to the first dot or dash is its symbol, the quote asset BTC being left out.
            """,
        subcommands: [PumpsEvaluateCommand.self, PumpsFeaturesCommand.self]
    )
}
