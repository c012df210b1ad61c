package import MarketFeed
import Markets
package import Observability

/// What of the market is shown in `/metrics`: how each venue is heard, and what became of what it said.
///
/// Everything is read when it is asked for. Labels are venues, states and reasons, of which the program has a fixed number.
package enum MarketMeasures {
    package static func register(_ feed: MarketFeed, in registry: MetricsRegistry) {
        registerVenues(feed.board, registry)
        registerAdapters(feed.board, registry)
        registerBoard(feed.board, registry)
        registerBooks(feed.books, registry)
        registerCandles(feed.keeper, registry)
        registerLiquidations(feed.liquidations, registry)
    }

    private static func registerVenues(_ board: MarketBoard, _ registry: MetricsRegistry) {
        func gauge(_ name: String, _ help: String, _ read: @escaping @Sendable (VenueReport) -> [MetricSample]) {
            registry.observed(name, .gauge, help: help) { board.exchanges().flatMap(read) }
        }
        gauge("tradepulse_venue_up", "1 while the venue is heard.") { report in
            [.of(report.venue, report.status.state == .live || report.status.state == .simulated ? 1 : 0)]
        }
        gauge("tradepulse_venue_stale", "1 while its spot or its perpetual markets are silent.") { report in
            [.of(report.venue, report.isStale ? 1 : 0)]
        }
        gauge("tradepulse_venue_connections", "Connections to the venue, and those that bring everything.") { report in
            let connections = report.status.connections
            return [
                .of(report.venue, "state", "live", connections.live),
                .of(report.venue, "state", "wanted", connections.total),
            ]
        }
        gauge("tradepulse_venue_lag_seconds", "From the venue's clock to ours, over the last messages.") { report in
            guard let lag = report.status.lag else { return [] }
            return [("0.5", lag.p50), ("0.99", lag.p99)].map { quantile, milliseconds in
                MetricSample([("venue", report.venue.rawValue), ("quantile", quantile)], milliseconds / 1000)
            }
        }
    }

    private static func registerAdapters(_ board: MarketBoard, _ registry: MetricsRegistry) {
        func counter(_ name: String, _ help: String, _ read: @escaping @Sendable (VenueReport) -> [MetricSample]) {
            registry.observed(name, .counter, help: help) { board.exchanges().flatMap(read) }
        }
        counter("tradepulse_venue_reconnects_total", "Connections made again after they were lost.") {
            [.of($0.venue, $0.status.reconnects)]
        }
        counter("tradepulse_venue_faults_total", "Connections that ended or could not be made.") { report in
            report.status.counts.faults.sorted { $0.key < $1.key }.map { .of(report.venue, "reason", $0.key, $0.value) }
        }
        counter("tradepulse_venue_messages_total", "Messages received.") {
            [.of($0.venue, $0.status.counts.messages)]
        }
        counter("tradepulse_venue_refused_total", "Messages and rows that could not be understood.") { report in
            report.status.counts.refusals.sorted { $0.key < $1.key }.map {
                .of(report.venue, "reason", $0.key, $0.value)
            }
        }
        counter("tradepulse_venue_refused_streams_total", "Streams that the venue would not give.") {
            [.of($0.venue, $0.status.counts.refusedStreams)]
        }
        counter("tradepulse_venue_repeated_book_messages_total", "Changes of order books that were told before.") {
            [.of($0.venue, $0.status.counts.repeatedBookMessages)]
        }
    }

    private static func registerBoard(_ board: MarketBoard, _ registry: MetricsRegistry) {
        registry.observed("tradepulse_market_events_total", .counter, help: "Market events taken.") {
            Venue.allCases.map { .of($0, board.counters(of: $0).events) }
        }
        registry.observed("tradepulse_market_events_left_out_total", .counter, help: "Market events not believed.") {
            Venue.allCases.flatMap { venue -> [MetricSample] in
                let counters = board.counters(of: venue)
                return [
                    .of(venue, "reason", "out_of_order", counters.outOfOrder),
                    .of(venue, "reason", "absurd", counters.absurd),
                    .of(venue, "reason", "implausible", counters.implausible),
                    .of(venue, "reason", "beyond_bound", counters.beyondBound),
                ]
            }
        }
    }

    private static func registerBooks(_ books: BookShelf, _ registry: MetricsRegistry) {
        registry.observed("tradepulse_books", .gauge, help: "Order books by state.") {
            Venue.allCases.flatMap { venue -> [MetricSample] in
                let tally = books.tally(of: venue)
                return [BookState.live, .resyncing, .stale].map { .of(venue, "state", $0.rawValue, tally[$0] ?? 0) }
            }
        }
        registry.observed("tradepulse_book_updates_total", .counter, help: "Snapshots and changes of order books.") {
            Venue.allCases.map { .of($0, books.counters(of: $0).updates) }
        }
        registry.observed("tradepulse_book_resyncs_total", .counter, help: "Live order books built anew.") {
            Venue.allCases.map { .of($0, books.counters(of: $0).resyncs) }
        }
        registry.observed("tradepulse_book_updates_left_out_total", .counter, help: "Updates of order books not taken.")
        {
            Venue.allCases.flatMap { venue -> [MetricSample] in
                let counters = books.counters(of: venue)
                return [
                    .of(venue, "reason", "crossed", counters.crossed),
                    .of(venue, "reason", "absurd", counters.absurd),
                    .of(venue, "reason", "premature", counters.premature),
                    .of(venue, "reason", "beyond_bound", counters.beyondBound),
                ]
            }
        }
    }

    private static func registerCandles(_ keeper: CandleKeeper, _ registry: MetricsRegistry) {
        registry.observed("tradepulse_trades_total", .counter, help: "Trades that candles are built from.") {
            Venue.allCases.flatMap { venue -> [MetricSample] in
                let counters = keeper.counters(of: venue)
                return [
                    .of(venue, "outcome", "duplicate", counters.duplicates),
                    .of(venue, "outcome", "late", counters.late),
                    .of(venue, "outcome", "taken", counters.trades - counters.duplicates - counters.late),
                ]
            }
        }
        registry.observed("tradepulse_candles_reconciled_total", .counter, help: "Closed candles held against ours.") {
            Venue.allCases.flatMap { venue -> [MetricSample] in
                let counters = keeper.counters(of: venue)
                return [
                    .of(venue, "outcome", "agreed", counters.agreed),
                    .of(venue, "outcome", "differed", counters.differed),
                ]
            }
        }
        registry.observed("tradepulse_candle_gaps_total", .counter, help: "Gaps marked in candles.") {
            Venue.allCases.map { .of($0, keeper.counters(of: $0).gaps) }
        }
        registry.observedCounter("tradepulse_candles_stored_total", help: "Candles the database has confirmed.") {
            keeper.outboxCounters.acknowledged
        }
        registry.observedCounter("tradepulse_candles_given_up_total", help: "Candles given up for a gap.") {
            keeper.outboxCounters.givenUp
        }
        registry.gauge("tradepulse_candles_waiting", help: "Candles not confirmed yet.") {
            Double(keeper.outboxCounters.waiting)
        }
    }

    private static func registerLiquidations(_ keeper: LiquidationKeeper, _ registry: MetricsRegistry) {
        registry.observedCounter("tradepulse_liquidations_given_up_total", help: "Liquidations never stored.") {
            keeper.counters.givenUp
        }
        registry.observedCounter(
            "tradepulse_liquidations_beyond_bound_total",
            help: "Liquidations of too many symbols."
        ) {
            keeper.beyondBound
        }
        registry.gauge("tradepulse_liquidations_waiting", help: "Liquidations not confirmed yet.") {
            Double(keeper.counters.waiting)
        }
    }
}

extension MetricSample {
    fileprivate static func of(_ venue: Venue, _ value: Int) -> MetricSample {
        MetricSample([("venue", venue.rawValue)], value)
    }

    fileprivate static func of(_ venue: Venue, _ label: String, _ name: String, _ value: Int) -> MetricSample {
        MetricSample([("venue", venue.rawValue), (label, name)], value)
    }
}
