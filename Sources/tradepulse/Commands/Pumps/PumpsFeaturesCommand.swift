import ArgumentParser
import PumpDetection

/// `tradepulse pumps features`: what the model would see, for training on the very numbers that are served.
struct PumpsFeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "Write the feature rows that the model is trained on."
    )

    @Argument(help: "Files of trades, oldest first.")
    var trades: [String]

    @Option(help: "Where the rows go.")
    var out: String

    func run() throws {
        let output = try LineFile(out)
        try output.write("symbol,time_ms,look," + PumpFeatures.names.joined(separator: ","))
        var features = PumpFeatures()
        for file in trades {
            try RecordedLooks(file).visit { symbol, look, time, activity in
                features.take(activity)
                let values = features.values.map(\.description).joined(separator: ",")
                try output.write("\(symbol),\(time),\(look.rawValue),\(values)")
            }
        }
        try output.close()
    }
}
