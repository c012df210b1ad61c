import APIContract
import Foundation
import MarketFeed
import Markets

extension CandlePageView {
    init(_ page: CandlePage) {
        self.init(
            symbol: page.series.symbol.text,
            exchange: page.series.venue.rawValue,
            interval: page.series.interval.rawValue,
            items: page.items.map(CandleView.init),
            gaps: page.gaps.map { GapView(from: $0.from.milliseconds, to: $0.to.milliseconds) }
        )
    }
}

extension CandleView {
    init(_ candle: Candle) {
        self.init(
            openTime: candle.openTime.milliseconds,
            open: candle.open.description,
            high: candle.high.description,
            low: candle.low.description,
            close: candle.close.description,
            volume: candle.volume.description,
            trades: candle.trades,
            closed: candle.isClosed
        )
    }
}

extension ExchangeStateView {
    init(_ report: VenueReport) {
        let status = report.status
        self.init(
            exchange: report.venue.rawValue,
            state: status.state.rawValue,
            lastMessageAt: status.lastMessageAt.map {
                Date(timeIntervalSince1970: Double($0.milliseconds) / 1000).wireText
            },
            lagMs: status.lag.map { Lag(p50: $0.p50, p99: $0.p99) },
            reconnects: status.reconnects
        )
    }
}
