import Foundation
import Markets

/// A result as one HTML page that needs nothing else: figures, charts as SVG, and every trade.
package struct BacktestReport: Sendable {
    private let result: BacktestResult
    private let hash: ResultHash
    private let costs: TradingCosts
    private let title: String

    /// - Parameters:
    ///   - result: of one backtest.
    ///   - costs: that it was run with.
    ///   - hash: its name.
    ///   - title: of what the candles were; shown as text, whatever it holds.
    package init(_ result: BacktestResult, costs: TradingCosts, hash: ResultHash, title: String) {
        self.result = result
        self.costs = costs
        self.hash = hash
        self.title = title
    }

    package var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Backtest: \(Self.escaped(title))</title>
        <style>
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
        table { border-collapse: collapse; } th, td { padding: .2rem .8rem .2rem 0; text-align: left; }
        td.figure { font-variant-numeric: tabular-nums; text-align: right; }
        svg { background: #f6f7f9; width: 100%; } code { overflow-wrap: anywhere; }
        </style>
        </head>
        <body>
        <h1>\(Self.escaped(result.strategy.name)) on \(Self.escaped(title))</h1>
        <p>Recorded prices, simulated trades; not financial advice. Past results say nothing certain about later ones.</p>
        \(figures)
        <h2>Equity</h2>
        \(SVGLine(result.equity.days.map(\.worth), label: "Equity at the end of each day").svg)
        <h2>Fall below the highest point</h2>
        \(SVGLine(falls, label: "Fall of the equity below its highest point so far, each day").svg)
        <h2>Results in R</h2>
        \(SVGBars(results, label: "How many trades ended with which multiple of their risk").svg)
        \(reliability)
        <h2>Trades</h2>
        \(trades)
        <p>Result <code>\(hash)</code></p>
        </body>
        </html>

        """
    }

    private var figures: String {
        let parameters = result.strategy.parameters.map { ($0.name, String($0.value)) }
        let days = result.equity.days.map { FigureText.day($0.start) }
        let rows =
            [
                ("candles", String(result.candles)), ("from", days.first ?? "–"), ("to", days.last ?? "–"),
                ("version", String(result.strategy.version)),
            ] + parameters + costs.rows + result.statistics.rows
        let cells = rows.map {
            "<tr><th>\(Self.escaped($0.0))</th><td class=\"figure\">\(Self.escaped($0.1))</td></tr>"
        }
        return "<table>\(cells.joined(separator: "\n"))</table>"
    }

    /// Each day's, as a negative part of the highest worth.
    private var falls: [Double] {
        var highest = 1.0
        return result.equity.days.map { day in
            highest = max(highest, day.worth)
            return day.worth / highest - 1
        }
    }

    /// Trades by their result, in steps of half the risk; what lies further out counts to the outermost.
    private var results: [(label: String, count: Int)] {
        let steps = result.trades.map { Int(min(max(($0.resultR * 2).rounded(.down), -6), 9)) }
        guard let first = steps.min(), let last = steps.max() else { return [] }
        return (first...last).map { step in
            (FigureText.plain(Double(step) / 2, places: 1), steps.count { $0 == step })
        }
    }

    private var reliability: String {
        guard let error = result.reliability.calibrationError else { return "" }
        let rows = result.reliability.bins.map {
            "<tr><td class=\"figure\">\($0.count)</td><td class=\"figure\">\(FigureText.percent($0.meanConfidence))</td>"
                + "<td class=\"figure\">\(FigureText.percent($0.hitRate))</td></tr>"
        }
        return """
            <h2>Confidence</h2>
            <p>Calibration error \(FigureText.percent(error)).</p>
            <table><tr><th>trades</th><th>said</th><th>came</th></tr>\(rows.joined(separator: "\n"))</table>
            """
    }

    private var trades: String {
        let rows = result.trades.map { trade in
            let cells = [
                FigureText.time(trade.entryTime), trade.side == .long ? "long" : "short",
                FigureText.price(trade.entryPrice), FigureText.time(trade.exitTime),
                FigureText.price(trade.exitPrice),
                trade.exit.rawValue + (trade.isAmbiguous ? " (ambiguous)" : ""), FigureText.percent(trade.result),
                FigureText.plain(trade.resultR, places: 2),
            ]
            return "<tr>" + cells.map { "<td class=\"figure\">\($0)</td>" }.joined() + "</tr>"
        }
        let head = ["entered", "side", "at", "left", "at", "by", "result", "R"].map { "<th>\($0)</th>" }.joined()
        return "<table><tr>\(head)</tr>\n\(rows.joined(separator: "\n"))</table>"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
