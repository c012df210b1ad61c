import ArgumentParser

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Start the server; it prints one line \"listening on http://HOST:PORT\" when it is ready."
    )

    @OptionGroup var settings: SettingFlags

    func run() async throws {
        try await Failure.explained {
            var program = try Program(flags: settings.flags)
            let source = try await MarketSource.choose(program.settings, logger: program.logger)
            try await Server.run(&program, source: source)
        }
    }
}
