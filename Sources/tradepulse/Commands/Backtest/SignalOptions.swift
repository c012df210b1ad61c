import ArgumentParser
import Backtesting
import Foundation
import Indicators
import Markets
import Signals

/// A strategy of the signal generator in place of a rule, as options.
struct SignalOptions: ParsableArguments {
    @Option(
        help: """
            A strategy of the signal generator, such as composite, in place of --strategy; hourly candles of a symbol of \
            its universe. Its stop, targets and time are its own.
            """
    )
    var signals: String?

    @Option(help: "With a file: the folder of the universe's candles, SYMBOL-1h.csv.gz each.")
    var universe: String?

    @Option(help: "The least confidence that is traded, 0 to 1; the strategy's own when left out.")
    var confidence: Double?

    func validate() throws {
        if let confidence, !(0...1).contains(confidence) { throw ValidationError("--confidence takes 0 to 1.") }
        guard signals != nil || (universe == nil && confidence == nil) else {
            throw ValidationError("--universe and --confidence go with --signals.")
        }
    }

    /// The universe's symbols, as one venue lists its perpetuals.
    static func universe() throws -> [String] { try SignalModelBook.shipped().universe }

    /// The candles of the universe's files that are there.
    func files() throws -> [String: CandleColumns] {
        guard let universe else { throw ValidationError("--signals wants --universe, or --from-store.") }
        var candles: [String: CandleColumns] = [:]
        for symbol in try Self.universe() {
            let file = "\(universe)/\(symbol)-1h.csv.gz"
            guard FileManager.default.fileExists(atPath: file) else { continue }
            candles[symbol] = try CandleFile.read(file)
        }
        return candles
    }

    /// The strategy named, on a symbol.
    func strategy(of symbol: String, others: [String: CandleColumns]) throws -> GeneratedSignals {
        let shipped = SignalStrategy.shipped
        guard let strategy = shipped.first(where: { $0.name == signals }) else {
            throw ValidationError("Strategies are \(shipped.map(\.name).joined(separator: ", ")).")
        }
        let book = try SignalModelBook.shipped()
        guard
            let generated = GeneratedSignals(
                strategy,
                of: symbol,
                book: book,
                leastProbability: confidence,
                others: others
            )
        else { throw ValidationError("Signals are raised for \(book.universe.joined(separator: ", ")).") }
        return generated
    }
}
