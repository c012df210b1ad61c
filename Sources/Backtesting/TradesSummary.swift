/// What is kept of the trades of one of many strategies: a sweep of thousands would fill memory with trades.
package struct TradesSummary: Hashable, Sendable {
    package let count: Int
    /// Mean result in multiples of the risk; nil without trades.
    package let meanR: Double?

    package init(_ trades: [ClosedPosition]) {
        count = trades.count
        meanR = trades.isEmpty ? nil : trades.reduce(0) { $0 + $1.resultR } / Double(trades.count)
    }
}
