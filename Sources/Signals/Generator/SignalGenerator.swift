import Foundation
import Indicators
import Markets

/// Rates every closed candle of a universe by every strategy.
///
/// A value: candles go in, oldest first, candidates come out. What it says of a candle rests on the month before it, on
/// the model in force at its time, and on nothing else.
package struct SignalGenerator: Sendable {
    private let book: SignalModelBook
    private let strategies: [SignalStrategy]
    private let symbol: Int?
    private var features: FeatureEngine

    /// Slices that must come first, without a hole.
    package static let warmUp = FeatureEngine.warmUp

    /// - Parameters:
    ///   - book: the models.
    ///   - strategies: what is looked for.
    ///   - symbol: index of the one that is rated, beside the others of the universe; nil for all.
    package init(
        book: SignalModelBook,
        strategies: [SignalStrategy] = SignalStrategy.shipped,
        only symbol: Int? = nil
    ) {
        self.book = book
        self.strategies = strategies
        self.symbol = symbol
        // The book has its leader in its universe, or it would not have been read.
        let leader = book.universe.firstIndex(of: book.leader) ?? 0
        features = FeatureEngine(symbolCount: book.universe.count, leader: leader, interval: .oneHour)
    }

    /// Takes the next slice.
    ///
    /// - Returns: the candidates, by symbol, buys before sells, strategies in their order.
    package mutating func ingest(_ slice: MarketSlice) -> [SignalCandidate] {
        guard let model = book.model(at: slice.openTime) else {
            features.take(slice)
            return []
        }
        return features.ingest(slice, only: symbol).flatMap { row in
            SignalDirection.allCases.flatMap { candidates(row, $0, model) }
        }
    }

    private func candidates(
        _ row: FeatureRow,
        _ direction: SignalDirection,
        _ model: SignalModel
    ) -> [SignalCandidate] {
        let values = row.values(direction)
        let matching = strategies.filter { $0.isCandidate(values) }
        guard !matching.isEmpty, let levels = levels(row, direction) else { return [] }
        let rating = model.rate(values)
        let triggers = SignalTrigger.reasons(rating)
        return matching.map { strategy in
            SignalCandidate(
                symbol: row.symbol,
                strategy: strategy,
                candle: row.candle.openTime,
                levels: levels,
                probability: rating.probability,
                baseline: rating.baseline,
                triggers: triggers
            )
        }
    }

    /// Nil where they do not fit above zero, or fall together when they are rounded.
    private func levels(_ row: FeatureRow, _ direction: SignalDirection) -> SignalLevels? {
        let close = row.candle.close
        let risk = book.stopRanges * row.range
        func price(_ distance: Double) -> Price? {
            FixedPoint(rounding: close * (1 + direction.sign * distance), places: Self.places(of: close)).map(
                Price.init
            )
        }
        guard let entry = price(0), let stop = price(-risk) else { return nil }
        let targets = book.targetsInRisk.compactMap { price($0 * risk) }
        return try? SignalLevels(direction: direction, entry: entry, stop: stop, targets: targets)
    }

    /// Decimal places at which a price has six significant digits: a step of at most a hundred-thousandth.
    private static func places(of price: Double) -> Int { min(max(5 - Int(log10(price).rounded(.down)), 0), 18) }
}
