import ArgumentParser
import Foundation
import Markets
import Signals

/// `tradepulse signals features`: what the models are trained on, computed by what rates with them.
struct SignalsFeaturesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "Write the features of recorded candles for Tools/signals/train.py.",
        discussion: "Rows of 64-bit numbers; beside them, in OUTPUT.names, the features' names, one on each line."
    )

    @Argument(help: "A folder of candles, as for walk-forward.")
    var folder: String

    @Option(help: "Where the rows go.")
    var output: String

    func run() async throws {
        try Failure.explained {
            let book = try SignalModelBook.shipped()
            let leader = book.universe.firstIndex(of: book.leader) ?? 0
            var engine = FeatureEngine(symbolCount: book.universe.count, leader: leader, interval: .oneHour)
            var rows = Data()
            for slice in try CandleFolder(folder).slices(of: book.universe) {
                for row in engine.ingest(slice) { FeatureRowFile.append(row, to: &rows) }
            }
            try rows.write(to: URL(fileURLWithPath: output))
            let names = FeatureNames.all.joined(separator: "\n") + "\n"
            try Data(names.utf8).write(to: URL(fileURLWithPath: output + ".names"))
            AdminCommand.say("\(rows.count) bytes")
        }
    }
}
