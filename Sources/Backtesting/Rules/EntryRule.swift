package import Indicators

/// When a position is entered, whatever its exits.
package protocol EntryRule: Sendable {
    /// Takes the next closed candle; what it says at its close.
    mutating func ingest(_ candle: CandleValues) -> Entry?

    /// What `ingest` would say of each candle in turn, with the candle's index.
    func entries(over candles: CandleColumns) -> [(candle: Int, entry: Entry)]
}

/// What an ``EntryRule`` says.
package enum Entry: Hashable, Sendable {
    case long, short
    /// Leave what is open.
    case leave
}

extension EntryRule {
    package func entries(over candles: CandleColumns) -> [(candle: Int, entry: Entry)] {
        var state = self
        return candles.withReader { read in
            var entries: [(candle: Int, entry: Entry)] = []
            for index in 0..<candles.count {
                guard let entry = state.ingest(read(index)) else { continue }
                entries.append((index, entry))
            }
            return entries
        }
    }
}
