import ArgumentParser
import Foundation
import PumpDetection

/// `tradepulse pumps evaluate`: every decision of the detector, for the judge.
struct PumpsEvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Write the detector's decisions: symbol,timestamp,score.",
        discussion: """
            The timestamp (ms) is when the decision could be had: the end of a second or of five. The score is the \
            distance to the frozen threshold, so an alert is a score of 0 or more: judge with --threshold 0.
            """
    )

    @Argument(help: "Files of trades, oldest first.")
    var trades: [String]

    @Option(help: "Where the decisions go.")
    var predictions: String

    @Option(help: "shipped knows all recorded events, earlier those before the cut, by which the detector is judged.")
    var model = PumpModel.Builtin.shipped

    @Option(help: "A model that Tools/pumps/train.py wrote, instead.")
    var modelFile: String?

    func run() throws {
        let model =
            if let modelFile { try PumpModel(contentsOf: URL(fileURLWithPath: modelFile)) } else {
                try PumpModel(model)
            }
        let output = try LineFile(predictions)
        try output.write("symbol,timestamp,score")
        var features = PumpFeatures()
        for file in trades {
            try RecordedLooks(file).visit { symbol, look, time, activity in
                features.take(activity)
                try output.write("\(symbol),\(time),\(model.margin(features, at: look))")
            }
        }
        try output.close()
    }
}

extension PumpModel.Builtin: ExpressibleByArgument {}
