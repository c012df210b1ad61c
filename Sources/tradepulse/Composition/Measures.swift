import HTTPAPI
import HTTPServing
import MarketFeed
import Observability
import Realtime

/// What of the running parts is shown in `/metrics`.
enum Measures {
    static func register(_ registry: MetricsRegistry, feed: MarketFeed, hub: RealtimeHub, ledger: ConnectionLedger) {
        registry.gauge("tradepulse_websocket_connections", help: "Open WebSockets.") { Double(hub.socketCount) }
        registry.gauge("tradepulse_http_connections", help: "Open connections.") { Double(ledger.open) }
        MarketMeasures.register(feed, in: registry)
    }
}
