import APIContract
import Foundation
import MarketFeed
import Markets

extension LiquidationPageView {
    init(_ page: LiquidationPage) {
        self.init(
            symbol: page.symbol.text,
            recent: page.recent.map(LiquidationView.init),
            totals: page.totals.map(LiquidationTotalView.init)
        )
    }
}

extension LiquidationView {
    init(_ one: VenueLiquidation) {
        self.init(
            exchange: one.venue.rawValue,
            side: one.liquidation.side.rawValue,
            price: one.liquidation.price.description,
            quantity: one.liquidation.quantity.description,
            notional: one.liquidation.notional?.description,
            ts: one.time.milliseconds
        )
    }
}

extension LiquidationTotalView {
    init(_ total: LiquidationTotal) {
        self.init(
            exchange: total.venue.rawValue,
            window: total.window.rawValue,
            long: total.long.description,
            short: total.short.description,
            completeness: total.completeness.rawValue,
            heardFrom: total.heardFrom?.milliseconds
        )
    }
}

extension ExchangeStateView {
    init(_ report: FeedReport) {
        let status = report.venue.status
        self.init(
            exchange: report.venue.venue.rawValue,
            state: status.state.rawValue,
            stale: report.venue.isStale,
            lastMessageAt: status.lastMessageAt.map {
                Date(timeIntervalSince1970: Double($0.milliseconds) / 1000).wireText
            },
            lagMs: status.lag.map { Lag(p50: $0.p50, p99: $0.p99) },
            connections: Connections(live: status.connections.live, total: status.connections.total),
            reconnects: status.reconnects,
            messages: status.counts.messages,
            refused: status.counts.refusals,
            faults: status.counts.faults,
            repeated: status.counts.repeatedBookMessages + report.candles.duplicates,
            outOfOrder: report.events.outOfOrder,
            implausible: report.events.implausible + report.events.absurd,
            bookResyncs: report.books.resyncs,
            books: Books(
                live: report.bookStates[.live] ?? 0,
                resyncing: report.bookStates[.resyncing] ?? 0,
                stale: report.bookStates[.stale] ?? 0
            ),
            gaps: report.candles.gaps
        )
    }
}
