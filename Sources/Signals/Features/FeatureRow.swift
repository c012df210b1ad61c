package import Indicators

/// What is known of one symbol at the close of one candle.
package struct FeatureRow: Hashable, Sendable {
    /// Index of the symbol in the universe.
    package let symbol: Int
    package let candle: CandleValues
    /// Average true range of 14 candles, as a part of the close.
    package let range: Double
    /// In the order of ``FeatureNames/directed``, as for a buy.
    package let directed: [Double]
    /// In the order of ``FeatureNames/undirected``.
    package let undirected: [Double]

    /// The row as a model takes it, in the order of ``FeatureNames/all``.
    package func values(_ direction: SignalDirection) -> [Double] {
        (direction == .buy ? directed : directed.map { -$0 }) + undirected + [direction.sign]
    }
}
