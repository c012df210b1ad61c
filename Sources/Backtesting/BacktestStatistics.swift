/// What the trades come to, as a trader asks for it.
package struct BacktestStatistics: Hashable, Sendable {
    package var trades: Int
    package var wins: Int
    package var ambiguous: Int
    /// Part of the trades that ended above zero after all costs; nil without trades.
    package var winRate: Double?
    /// Mean result in multiples of the risk; nil without trades.
    package var expectancyR: Double?
    /// Half the width of the 95 % interval around it; nil below two trades.
    package var expectancyErrorR: Double?
    /// What was won for each unit lost; nil when nothing was lost.
    package var profitFactor: Double?
    /// Growth of the whole equity: 0.1 is 10 %.
    package var totalReturn: Double
    /// Mean over deviation of the daily returns, times √365; nil below two days or without any movement.
    package var sharpe: Double?
    /// The same over the deviation of the losing days alone.
    package var sortino: Double?
    /// Deepest fall of the equity below its highest point so far, 0…1.
    package var drawdown: Double
    /// Part of the candles at whose close a position was open.
    package var exposure: Double

    init(trades: [ClosedPosition], equity: EquityCurve) {
        self.trades = trades.count
        wins = trades.count { $0.result > 0 }
        ambiguous = trades.count(where: \.isAmbiguous)
        totalReturn = equity.last - 1
        drawdown = equity.drawdown
        exposure = equity.exposure
        (sharpe, sortino) = Self.ratios(equity.dailyReturns)
        guard !trades.isEmpty else { return }
        let count = Double(trades.count)
        winRate = Double(wins) / count
        let mean = trades.reduce(0) { $0 + $1.resultR } / count
        expectancyR = mean
        if trades.count > 1 {
            let squares = trades.reduce(0) { $0 + ($1.resultR - mean) * ($1.resultR - mean) }
            expectancyErrorR = 1.96 * (squares / (count - 1) / count).squareRoot()
        }
        let won = trades.reduce(0) { $0 + max(0, $1.result) }
        let lost = trades.reduce(0) { $0 - min(0, $1.result) }
        if lost > 0 { profitFactor = won / lost }
    }

    private static func ratios(_ returns: [Double]) -> (sharpe: Double?, sortino: Double?) {
        guard returns.count > 1 else { return (nil, nil) }
        let count = Double(returns.count)
        let mean = returns.reduce(0, +) / count
        let variance = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let downside = returns.reduce(0) { $0 + min(0, $1) * min(0, $1) } / count
        let year = 365.0.squareRoot()
        return (
            variance > 0 ? mean / variance.squareRoot() * year : nil,
            downside > 0 ? mean / downside.squareRoot() * year : nil
        )
    }
}
