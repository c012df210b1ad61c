package import Indicators

/// An ``EntryRule`` with its ``ExitRules``: a named strategy that runs live as it does over a series.
package struct RuleStrategy: StreamingStrategy {
    package let identity: StrategyIdentity
    private var entry: any EntryRule
    private let exits: ExitRules
    private var range: AverageTrueRange
    /// The plans of every long and every short where none depends on its candle.
    private let plans: [Entry: TradePlan]

    private static let rangePeriod = 14

    /// - Parameters:
    ///   - name: with the version, what the record of its results stands under.
    ///   - version: raised with any change of the rule.
    ///   - parameters: of the entry.
    ///   - entry: when.
    ///   - exits: how it ends.
    /// - Throws: ``IndicatorError`` for exits that make no sense.
    package init(
        name: String,
        version: Int,
        parameters: [StrategyIdentity.Parameter],
        entry: any EntryRule,
        exits: ExitRules
    ) throws(IndicatorError) {
        try exits.check()
        identity = StrategyIdentity(name: name, version: version, parameters: parameters + exits.parameters)
        self.entry = entry
        self.exits = exits
        range = try AverageTrueRange(period: Self.rangePeriod)
        var plans: [Entry: TradePlan] = [:]
        if !exits.needRange {
            plans[.long] = exits.plan(.long, close: 1, range: nil)
            plans[.short] = exits.plan(.short, close: 1, range: nil)
        }
        self.plans = plans
    }

    package mutating func ingest(_ candle: CandleValues) -> StrategySignal.Action? {
        let entry = entry.ingest(candle)
        let range = exits.needRange ? range.ingest(candle) : nil
        return entry.flatMap { action($0, close: candle.close, range: range) }
    }

    package func signals(over candles: CandleColumns) -> [StrategySignal] {
        let entries = entry.entries(over: candles)
        let ranges = exits.needRange ? range.values(over: candles) : nil
        return entries.compactMap { candle, entry in
            action(entry, close: candles.closes[candle], range: ranges?[candle]).map {
                StrategySignal(candle: candle, action: $0)
            }
        }
    }

    private func action(_ entry: Entry, close: Double, range: Double?) -> StrategySignal.Action? {
        switch entry {
        case .leave: .exit
        case .long: (plans[.long] ?? exits.plan(.long, close: close, range: range)).map { .enter($0) }
        case .short: (plans[.short] ?? exits.plan(.short, close: close, range: range)).map { .enter($0) }
        }
    }
}
