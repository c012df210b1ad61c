import HTTPServing
import MarketFeed
import Markets
import Observability
import Realtime

/// What of the running parts is shown in `/metrics`.
enum Measures {
    static func register(_ registry: MetricsRegistry, feed: MarketFeed, hub: RealtimeHub, ledger: ConnectionLedger) {
        let board = feed.board
        let keeper = feed.keeper
        registry.gauge("tradepulse_websocket_connections", help: "Open WebSockets.") { Double(hub.socketCount) }
        registry.gauge("tradepulse_http_connections", help: "Open connections.") { Double(ledger.open) }
        registry.observedCounter("tradepulse_market_events_total", help: "Market events taken.") {
            board.counters.events
        }
        registry.observedCounter("tradepulse_candles_stored_total", help: "Candles the database has confirmed.") {
            keeper.outboxCounters.acknowledged
        }
        registry.gauge("tradepulse_candles_waiting", help: "Candles not confirmed yet.") {
            Double(keeper.outboxCounters.waiting)
        }
        for venue in Venue.allCases {
            let labels = [("venue", venue.rawValue)]
            registry.gauge("tradepulse_venue_up", help: "1 while the venue is heard.", labels: labels) {
                let state = board.exchanges().first { $0.venue == venue }?.status.state
                return state == .live || state == .simulated ? 1 : 0
            }
            registry.observedCounter(
                "tradepulse_venue_reconnects_total",
                help: "Connections made again.",
                labels: labels
            ) {
                board.exchanges().first { $0.venue == venue }?.status.reconnects ?? 0
            }
        }
    }
}
