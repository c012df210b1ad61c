import ArgumentParser
import VenueSimulator

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Start the server on recordings, played through the venue's own dialect.",
        discussion: """
            Plays session files (*.jsonl or *.jsonl.gz), candle files and trade files (*.csv or *.csv.gz), any mix of \
            them. What it stores is kept apart from live data and cleared at each start.
            """
    )

    @Option(help: "How many times as fast as it happened; left out: as fast as it can be taken.")
    var speed: Double?

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp(
            "Recordings, and settings as flags with an equals sign, such as --port=3001.",
            valueName: "file-or-setting"
        )
    )
    var words: [String]

    func validate() throws {
        guard words.contains(where: { !$0.hasPrefix("--") }) else {
            throw ValidationError("Name at least one recording.")
        }
        if let speed, !(speed > 0 && speed.isFinite) { throw ValidationError("--speed takes a number above 0.") }
    }

    func run() async throws {
        try await Failure.explained {
            var program = try Program(flags: words.filter { $0.hasPrefix("--") })
            let replay = try Replay(files: words.filter { !$0.hasPrefix("--") }, speed: speed)
            try await Server.run(&program, source: .replay(replay))
        }
    }
}
