import ArgumentParser

@main
struct TradePulse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tradepulse",
        abstract: "The backend of a crypto trading-signals app."
    )
}
