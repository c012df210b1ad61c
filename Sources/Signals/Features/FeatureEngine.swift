import Foundation
import Indicators
package import Markets

/// Turns the candles of a universe into features, slice by slice, oldest first.
///
/// What it says of a slice rests on the month before and on nothing else: an engine that began later, or in another
/// process, says the same to the last bit. A symbol whose candles have a hole has no features for a month.
package struct FeatureEngine: Sendable {
    /// Symbols without which there is no market to compare with.
    package static let fewestSymbols = 5

    private let interval: Int64
    /// Index of the symbol that leads the market.
    private let leader: Int
    private var histories: [SymbolHistory]
    private var lastTime: MarketTime?

    /// An engine for so many symbols.
    package init(symbolCount: Int, leader: Int, interval: CandleInterval) {
        precondition((0..<symbolCount).contains(leader), "the leader is one of the symbols")
        self.leader = leader
        self.interval = interval.milliseconds
        histories = Array(repeating: SymbolHistory(), count: symbolCount)
    }

    /// Slices until the first features, without a hole.
    package static let warmUp = FeatureWindows.needed

    /// Takes the next slice.
    ///
    /// - Parameters:
    ///   - slice: of all symbols.
    ///   - symbol: the one whose features are asked for, beside the others; nil for all.
    /// - Returns: the features of those that have some; none for a slice that is not later than the last.
    package mutating func ingest(_ slice: MarketSlice, only symbol: Int? = nil) -> [FeatureRow] {
        take(slice) ? rows(at: slice.openTime, only: symbol) : []
    }

    /// Takes the next slice without looking at it; false for one that is not later than the last.
    @discardableResult
    mutating func take(_ slice: MarketSlice) -> Bool {
        precondition(slice.candles.count == histories.count, "a slice has a place for each symbol")
        if let lastTime, slice.openTime <= lastTime { return false }
        let follows = lastTime.map { slice.openTime.since($0) == interval } ?? true
        lastTime = slice.openTime
        let candles = slice.candles.map { candle in candle.flatMap { $0.isUsable && $0.low > 0 ? $0 : nil } }
        for index in histories.indices where candles[index] == nil || !follows { histories[index].clear() }
        let change = marketChange(candles)
        for (index, candle) in candles.enumerated() {
            if let candle { histories[index].append(candle, marketChange: change) }
        }
        return true
    }

    /// Mean change over the symbols whose candle follows on another.
    private func marketChange(_ candles: [CandleValues?]) -> Double {
        var sum = 0.0
        var count = 0
        for (history, candle) in zip(histories, candles) {
            guard let candle, let last = history.last else { continue }
            sum += SymbolHistory.change(from: last.close, to: candle.close)
            count += 1
        }
        return count == 0 ? 0 : sum / Double(count)
    }

    private func rows(at time: MarketTime, only symbol: Int?) -> [FeatureRow] {
        let ready = histories.indices.filter { histories[$0].count >= FeatureWindows.needed }
        guard ready.count >= Self.fewestSymbols, ready.contains(leader) else { return [] }
        if let symbol, !ready.contains(symbol) { return [] }
        let market = MarketFigures(ready.map { histories[$0] }, leader: histories[leader])
        let hour = Double((time.milliseconds / 3_600_000) % 24) * (2 * Double.pi / 24)
        let clock = (sine: sin(hour), cosine: cos(hour))
        return ready.enumerated().compactMap { place, index in
            guard symbol == nil || symbol == index else { return nil }
            return SymbolFigures(histories[index], place: place, market: market, clock: clock)?.row(symbol: index)
        }
    }
}
