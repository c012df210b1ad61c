import APIContract
import Foundation
import Liquidations
import MarketFeed
import Markets

extension LiquidationPageView {
    init(_ page: LiquidationPage, _ map: LiquidationMapPage?) {
        self.init(
            symbol: page.symbol.text,
            recent: page.recent.map(LiquidationView.init),
            totals: page.totals.map(LiquidationTotalView.init),
            map: map.map(LiquidationMapView.init)
        )
    }
}

extension LiquidationMapView {
    private static let notes = [
        "Volume is opened + closed + liquidated and the change of open interest opened - closed - liquidated, so opened is (volume + change) / 2; both sides open alike.",
        "Positions open evenly between a minute's lowest and highest trade; those that were open when the map began are taken as opened then.",
        "Isolated margin of linear contracts, one maintenance rate, no margin added later; what closes of its own accord is taken evenly from all levels.",
        "Levels are compared with trades, while venues liquidate by their mark price.",
    ]

    init(_ page: LiquidationMapPage) {
        let names = page.assumptions.leverages.map { String(Int($0)) }
        func money(_ quantity: Double) -> String {
            FixedPoint(rounding: quantity * page.price, places: 2)?.description ?? "0"
        }
        self.init(
            method: "flow",
            exchange: page.venue.rawValue,
            assumptions: Assumptions(
                leverages: page.assumptions.leverages.indices.map { place in
                    Assumptions.Leverage(
                        leverage: page.assumptions.leverages[place],
                        assumedShare: page.assumptions.shares[place],
                        learntShare: page.shares[place]
                    )
                },
                maintenanceRate: page.assumptions.maintenanceRate,
                notes: Self.notes
            ),
            price: FixedPoint(shortest: page.price)?.description ?? "0",
            openInterest: FixedPoint(shortest: page.openInterest)?.description ?? "0",
            since: page.since.milliseconds,
            steps: page.steps,
            muted: page.standing.isMuted,
            score: Score(
                trials: page.standing.trials,
                precision: page.standing.precision,
                chance: page.standing.chance,
                betterThanChance: page.standing.isBetterThanChance
            ),
            levels: page.levels.map { level in
                Level(
                    price: FixedPoint(rounding: level.price, places: 8)?.description ?? "0",
                    longNotional: money(level.long),
                    shortNotional: money(level.short),
                    byLeverage: Dictionary(zip(names, level.byLeverage.map(money))) { first, _ in first }
                )
            }
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
