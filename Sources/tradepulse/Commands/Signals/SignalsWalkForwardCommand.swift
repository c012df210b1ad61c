import ArgumentParser
import Foundation
import Signals

/// `tradepulse signals walk-forward`: what the generator would have said of the past, with the models of the time.
struct SignalsWalkForwardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "walk-forward",
        abstract: "Rate recorded candles, each by a model that was frozen before it.",
        discussion: """
            The folder holds <SYMBOL>-….csv or .csv.gz, hourly, of every symbol of the model. Each line of the output \
            is one rated candidate: symbol, time_ms, side, entry, sl, tp, confidence and strategy. Nothing is rated \
            before the first model; nothing is left out afterwards, so that calibration can be judged. What would have \
            been published is what --published writes.
            """
    )

    @Argument(help: "A folder of candles.")
    var folder: String

    @Option(help: "Where the lines go.")
    var output: String

    @Option(help: "Only the candidates of this strategy.")
    var strategy: String?

    @Flag(help: "Only candidates whose confidence is high enough to be published.")
    var published = false

    @Option(help: "Compare so many runs that end earlier with the run over everything; 0 leaves it out.")
    var cuts = 200

    func validate() throws {
        guard let strategy, !SignalStrategy.shipped.contains(where: { $0.name == strategy }) else { return }
        throw ValidationError("--strategy takes \(SignalStrategy.shipped.map(\.name).joined(separator: ", ")).")
    }

    func run() async throws {
        try Failure.explained {
            let book = try SignalModelBook.shipped()
            let slices = try CandleFolder(folder).slices(of: book.universe)
            var generator = SignalGenerator(book: book)
            let said = slices.map { generator.ingest($0) }
            try write(said.joined().filter(isWanted), universe: book.universe)
            guard cuts > 0 else { return }
            let probe = PrefixProbe(book: book)
            if let cut = probe.firstDifference(cuts: cuts, slices: slices, known: said) {
                AdminCommand.say(
                    "a run that ends at candle \(cut) says otherwise: the generator knows what comes later"
                )
                throw ExitCode(2)
            }
            AdminCommand.say("\(cuts) runs that end earlier say the same")
        }
    }

    private func isWanted(_ candidate: SignalCandidate) -> Bool {
        guard strategy == nil || candidate.strategy.name == strategy else { return false }
        return !published || candidate.probability >= candidate.strategy.leastProbability
    }

    private func write(_ candidates: some Sequence<SignalCandidate>, universe: [String]) throws {
        guard FileManager.default.createFile(atPath: output, contents: nil),
            let file = FileHandle(forWritingAtPath: output)
        else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: output]) }
        defer { try? file.close() }
        var counts: [String: Int] = [:]
        // Some at a time: a line is 200 bytes, and there are hundreds of thousands.
        var text = ""
        for candidate in candidates {
            counts[candidate.strategy.name, default: 0] += 1
            text += try WalkForwardLine.text(candidate, symbol: universe[candidate.symbol]) + "\n"
            guard text.utf8.count > 1 << 20 else { continue }
            try file.write(contentsOf: Data(text.utf8))
            text = ""
        }
        try file.write(contentsOf: Data(text.utf8))
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) { AdminCommand.say("\(name): \(count)") }
    }
}
