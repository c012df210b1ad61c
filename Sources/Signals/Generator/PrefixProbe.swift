/// Finds candidates that rest on what came after their candle.
///
/// For each cut a new generator is given the candles before it and none after: what it says of the last of them must be
/// what the run over everything said, which knew the candles after it and had begun long before.
package struct PrefixProbe: Sendable {
    /// Slices before each cut whose candidates are compared.
    static let compared = 6

    private let book: SignalModelBook
    private let strategies: [SignalStrategy]

    package init(book: SignalModelBook, strategies: [SignalStrategy] = SignalStrategy.shipped) {
        self.book = book
        self.strategies = strategies
    }

    /// Looks at cuts until one differs.
    ///
    /// - Parameters:
    ///   - cuts: how many, evenly over the slices after the warm-up.
    ///   - slices: of the whole past, without a hole.
    ///   - known: the candidates of the run over everything, by the slice they were raised at.
    /// - Returns: the first cut whose candidates were others; nil when there is none.
    package func firstDifference(
        cuts: Int,
        slices: [MarketSlice],
        known: [[SignalCandidate]]
    ) -> Int? {
        let first = SignalGenerator.warmUp + Self.compared
        guard slices.count > first, cuts > 0 else { return nil }
        return (0..<cuts).lazy
            .map { first + $0 * (slices.count - first) / cuts }
            .first { !agrees(at: $0, slices: slices, known: known) }
    }

    private func agrees(at cut: Int, slices: [MarketSlice], known: [[SignalCandidate]]) -> Bool {
        var generator = SignalGenerator(book: book, strategies: strategies)
        let start = cut - SignalGenerator.warmUp - Self.compared
        var said: [[SignalCandidate]] = []
        for slice in slices[start..<cut] { said.append(generator.ingest(slice)) }
        return said.suffix(Self.compared) == known[(cut - Self.compared)..<cut]
    }
}
