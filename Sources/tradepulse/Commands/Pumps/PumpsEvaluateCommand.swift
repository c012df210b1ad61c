import ArgumentParser
import Backtesting
import Foundation
import Markets
import PumpDetection

/// `tradepulse pumps evaluate`: every decision of the detector, for the judge, and what it says of itself.
struct PumpsEvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Write the detector's decisions: symbol,timestamp,score.",
        discussion: """
            The timestamp (ms) is when the decision could be had: that of a trade, or the end of five seconds. The \
            score is the distance to the frozen threshold, so an alert is a score of 0 or more: judge with \
            --threshold 0. What the running server would say of the same trades in GET /pumps/quality is printed.
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
        var detector = PumpDetector(model: model)
        for file in trades {
            let looks = try RecordedLooks(file)
            try looks.visit { symbol, look, time, activity in
                guard activity.isRising else { return }
                features.take(activity)
                try output.write("\(symbol),\(time),\(model.margin(features, at: look))")
            }
            try looks.replay(into: &detector)
        }
        try output.close()
        let tally = detector.tally
        func figure(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "-" }
        print(
            """
            trades                       \(tally.trades)
            symbol-days                  \(String(format: "%.1f", tally.symbolDays))
            alerts                       \(tally.alerts)
            false alerts                 \(tally.falseAlerts)
            false alerts per symbol-day  \(figure(tally.falseAlertsPerSymbolDay))
            late alerts                  \(tally.lateAlerts)
            rises                        \(tally.rises)
            recall                       \(figure(tally.recall))
            delay, median and p90, s     \(tally.delay(of: 0.5) ?? 0) \(tally.delay(of: 0.9) ?? 0)
            """
        )
    }
}

extension PumpModel.Builtin: ExpressibleByArgument {}
