import Backtesting
import Foundation
import Indicators
import Testing

@Suite("The report of a backtest")
struct BacktestReportTests {
    private func page(title: String) throws -> (html: String, result: BacktestResult, hash: ResultHash) {
        let candles = BacktestCandles.walk(count: 600, seed: 3)
        let backtest = Backtest()
        let strategy = try RuleStrategy.averageCross(fast: 5, slow: 20, stop: 0.02, target: 0.03)
        let result = try backtest.run(strategy, over: candles)
        let hash = ResultHash(result, of: candles, under: backtest)
        return (BacktestReport(result, costs: backtest.costs, hash: hash, title: title).html, result, hash)
    }

    @Test("It holds every figure, every trade, a chart and the hash")
    func contents() throws {
        let (html, result, hash) = try page(title: "walk.csv")
        for row in result.statistics.rows { #expect(html.contains("<th>\(row.name)</th>")) }
        for row in ["candles", "from", "to", "version", "fast", "stop"] + TradingCosts().rows.map(\.name) {
            #expect(html.contains("<th>\(row)</th>"), "\(row)")
        }
        // 600 hours from the first of 1970 on.
        #expect(html.contains(">1970-01-01<") && html.contains(">1970-01-25<"))
        #expect(html.components(separatedBy: "<polyline").count == 3)
        // One bar for each multiple of half the risk, whose counts are those of the trades.
        let bars = html.components(separatedBy: "class=\"bar\" data-count=\"").dropFirst()
        #expect(bars.count > 2)
        #expect(bars.compactMap { Int($0.prefix { $0.isNumber }) }.reduce(0, +) == result.trades.count)
        #expect(html.contains(hash.description))
        let rows = html.components(separatedBy: "<h2>Trades</h2>").last?.components(separatedBy: "<tr>").count ?? 0
        #expect(!result.trades.isEmpty)
        #expect(rows == result.trades.count + 2)
        #expect(html.contains("not financial advice"))
    }

    @Test("A file's name is shown as text, and nothing is fetched")
    func escaping() throws {
        let html = try page(title: "<script src=//x>&\"").html
        #expect(!html.contains("<script"))
        #expect(html.contains("&lt;script src=//x&gt;&amp;&quot;"))
        #expect(!html.contains("http"))
    }
}
