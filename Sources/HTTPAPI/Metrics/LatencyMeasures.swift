package import Markets
package import Observability

/// How long a change of the market takes through this program, in two parts between which a ticker waits for the next
/// tick of its sockets, 100 ms at most.
package struct LatencyMeasures: Sendable {
    private let deliveries: [Venue: MetricHistogram]
    private let writes: MetricHistogram

    package init(_ registry: MetricsRegistry) {
        deliveries = Venue.allCases.reduce(into: [:]) { histograms, venue in
            histograms[venue] = registry.histogram(
                "tradepulse_feed_delivery_seconds",
                help: "From a venue's message taken off its socket to the market knowing it: board, books, candles.",
                labels: [("venue", venue.rawValue)],
                bounds: MetricHistogram.ofDeliveries
            )
        }
        writes = registry.histogram(
            "tradepulse_tick_delivery_seconds",
            help: "From a tick of the WebSockets to its changes written to a socket.",
            bounds: MetricHistogram.ofDeliveries
        )
    }

    /// What a feed of the venue is to call for each message, with seconds.
    package func delivered(by venue: Venue) -> @Sendable (Double) -> Void {
        guard let histogram = deliveries[venue] else { return { _ in } }
        return { histogram.record(seconds: $0) }
    }

    /// What the hub is to call with the seconds that so many sockets took.
    package var written: @Sendable (_ seconds: Double, _ sockets: Int) -> Void {
        { [writes] in writes.record(seconds: $0, times: $1) }
    }
}
