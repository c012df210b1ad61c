import Foundation
import Markets

/// Figures as a person reads them.
package enum FigureText {
    package static func plain(_ number: Double, places: Int) -> String {
        String(format: "%.\(places)f", number)
    }

    /// A part as percent with two places.
    package static func percent(_ part: Double) -> String { plain(100 * part, places: 2) + " %" }

    /// A part as percent with as many places as costs have.
    static func fine(_ part: Double) -> String { plain(100 * part, places: 4) + " %" }

    /// Seven significant digits, as prices of any size need.
    static func price(_ price: Double) -> String { String(format: "%.7g", price) }

    /// The UTC day that begins then.
    static func day(_ start: MarketTime) -> String { String(time(start).prefix(10)) }

    static func time(_ time: MarketTime) -> String {
        let date = Date(timeIntervalSince1970: Double(time.milliseconds) / 1000)
        return date.formatted(.iso8601.dateTimeSeparator(.space))
    }
}

extension TradingCosts {
    /// Name and figure of each, in the order they are shown.
    package var rows: [(name: String, figure: String)] {
        [
            ("taker's fee", FigureText.fine(takerFee)), ("maker's fee", FigureText.fine(makerFee)),
            ("slippage", FigureText.fine(slippage)),
            ("funding", fundingRate == 0 ? "–" : FigureText.fine(fundingRate) + " every \(fundingHours) h"),
        ]
    }
}

extension BacktestStatistics {
    /// Name and figure of each, in the order they are shown; what is undefined is a dash.
    package var rows: [(name: String, figure: String)] {
        [
            ("trades", String(trades)), ("won", String(wins)), ("ambiguous", String(ambiguous)),
            ("win rate", winRate.map(FigureText.percent) ?? "–"),
            ("expectancy, R", expectancyR.map { FigureText.plain($0, places: 3) } ?? "–"),
            ("± (95 %)", expectancyErrorR.map { FigureText.plain($0, places: 3) } ?? "–"),
            ("profit factor", profitFactor.map { FigureText.plain($0, places: 2) } ?? "–"),
            ("total return", FigureText.percent(totalReturn)), ("deepest fall", FigureText.percent(drawdown)),
            ("Sharpe", sharpe.map { FigureText.plain($0, places: 2) } ?? "–"),
            ("Sortino", sortino.map { FigureText.plain($0, places: 2) } ?? "–"),
            ("time in the market", FigureText.percent(exposure)),
        ]
    }
}
