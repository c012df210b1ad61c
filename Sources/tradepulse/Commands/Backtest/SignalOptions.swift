import ArgumentParser
import Backtesting
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

    @Option(help: "With a file: the folder of the universe's candles, a SYMBOL-1h.csv or .csv.gz each.")
    var universe: String?

    @Option(help: "The least confidence that is traded, 0 to 1; the strategy's own when left out.")
    var confidence: Double?

    static let notHourly = ValidationError("--signals takes hourly candles.")

    func validate() throws {
        if let confidence, !(0...1).contains(confidence) { throw ValidationError("--confidence takes 0 to 1.") }
        guard signals != nil || (universe == nil && confidence == nil) else {
            throw ValidationError("--universe and --confidence go with --signals.")
        }
        if signals != nil { _ = try strategy }
    }

    private var strategy: SignalStrategy {
        get throws {
            let shipped = SignalStrategy.shipped
            guard let strategy = shipped.first(where: { $0.name == signals }) else {
                throw ValidationError("--signals takes \(shipped.map(\.name).joined(separator: ", ")).")
            }
            return strategy
        }
    }

    /// The other symbols of the universe, whose candles a symbol is rated beside.
    ///
    /// - Parameter symbol: as a venue lists its perpetual.
    /// - Returns: names as the venue lists them.
    /// - Throws: `ValidationError` for a symbol that is not rated.
    func others(than symbol: String) throws -> [String] {
        let universe = try SignalModelBook.shipped().universe
        guard universe.contains(symbol) else {
            throw ValidationError("--signals rates \(universe.joined(separator: ", ")), not \(symbol).")
        }
        return universe.filter { $0 != symbol }
    }

    /// The candles of the universe's files.
    func files(of symbols: [String]) throws -> [CandleColumns] {
        guard let universe else { throw ValidationError("--signals wants --universe, or --from-store.") }
        return try CandleFolder(universe).columns(of: symbols)
    }

    /// The strategy named, on a symbol.
    ///
    /// - Parameters:
    ///   - symbol: as a venue lists its perpetual.
    ///   - others: candles of ``others(than:)``, in their order.
    /// - Returns: what a backtest runs.
    /// - Throws: `ValidationError`, as ``others(than:)`` does.
    func generated(on symbol: String, beside others: [CandleColumns]) throws -> GeneratedSignals {
        let book = try SignalModelBook.shipped()
        let names = try self.others(than: symbol)
        let index = names.count == others.count ? book.universe.firstIndex(of: symbol) : nil
        guard let index else { preconditionFailure("candles of each of the other symbols") }
        var universe = others
        universe.insert(CandleColumns(), at: index)
        return GeneratedSignals(
            try strategy,
            of: index,
            book: book,
            leastProbability: confidence,
            universe: universe
        )
    }
}
