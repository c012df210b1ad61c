package import Indicators
import Markets

/// Finds strategies that know candles they cannot have seen.
///
/// A strategy's signals up to a candle must be the same whatever comes after it: when nothing does, and when other
/// candles do. A streaming strategy passes by its nature; the probe is for the rest, and runs with every backtest.
package struct LookAheadProbe: Sendable {
    /// How many cuts are tried.
    package var cuts: Int

    package init(cuts: Int = 24) { self.cuts = cuts }

    /// A signal that depends on the future.
    package struct Finding: Error, Hashable, Sendable, CustomStringConvertible {
        /// Candles that the strategy was given.
        package var given: Int
        /// The first candle whose signal was not the same with more or other candles after the cut.
        package var candle: Int

        package var description: String {
            "the strategy looks ahead: with \(given) candles known, its signals are others from candle \(candle) on"
        }
    }

    /// Candles after a cut that are turned round: enough for any that is looked ahead to, and no whole series each time.
    private static let turned = 2_000

    /// The first proof that the strategy looks ahead; nil when none was found.
    ///
    /// - Parameters:
    ///   - strategy: under suspicion.
    ///   - candles: that it is tried on.
    ///   - known: its signals over all of them, where they are known already.
    ///   - onCut: called after each cut, with how many are done of how many.
    /// - Returns: where it was caught.
    package func finding(
        _ strategy: some Strategy,
        over candles: CandleColumns,
        known: [StrategySignal]? = nil,
        onCut: ((_ done: Int, _ total: Int) -> Void)? = nil
    ) -> Finding? {
        let whole = known ?? strategy.signals(over: candles)
        let cuts = cutPoints(candles.count, whole)
        for (index, cut) in cuts.enumerated() {
            let known = whole.filter { $0.candle < cut }
            let prefix = strategy.signals(over: candles[0..<cut])
            if let finding = difference(known, prefix, cut) { return finding }
            let other = strategy.signals(over: candles.turned(after: cut, atMost: Self.turned))
            if let finding = difference(known, other.filter { $0.candle < cut }, cut) { return finding }
            onCut?(index + 1, cuts.count)
        }
        return nil
    }

    /// Evenly over the series, and right after signals, where cheating shows.
    private func cutPoints(_ count: Int, _ signals: [StrategySignal]) -> [Int] {
        guard count > 1 else { return [] }
        let half = max(1, cuts / 2)
        let even = (1...half).map { $0 * count / (half + 1) }
        let stride = max(1, signals.count / half)
        let after = Swift.stride(from: 0, to: signals.count, by: stride).map { signals[$0].candle + 1 }
        return Set(even + after).filter { (1..<count).contains($0) }.sorted()
    }

    private func difference(_ known: [StrategySignal], _ got: [StrategySignal], _ cut: Int) -> Finding? {
        guard known != got else { return nil }
        let same = zip(known, got).prefix { $0 == $1 }.count
        let candles = [known, got].compactMap { same < $0.count ? $0[same].candle : nil }
        return Finding(given: cut, candle: candles.min() ?? cut)
    }
}

extension CandleColumns {
    /// The same candles up to the cut; after it the market goes the other way for so many of them.
    fileprivate func turned(after cut: Int, atMost length: Int) -> CandleColumns {
        var turned = self[0..<cut]
        let pivot = closes[cut - 1]
        for index in cut..<min(count, cut + length) {
            let candle = self[index]
            func mirrored(_ price: Double) -> Double { price > 0 ? pivot * (pivot / price) : price }
            turned.append(
                CandleValues(
                    openTime: candle.openTime,
                    open: mirrored(candle.open),
                    high: mirrored(candle.low),
                    low: mirrored(candle.high),
                    close: mirrored(candle.close),
                    volume: candle.volume * 3
                )
            )
        }
        return turned
    }
}
