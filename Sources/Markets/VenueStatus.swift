/// How well one venue is being heard.
package struct VenueStatus: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        /// Connected and messages arrive.
        case live
        /// Connected in part, or messages are late.
        case degraded
        /// Not connected.
        case down
        /// The data comes from a simulated or replayed market.
        case simulated
    }

    /// Milliseconds between the venue's time and ours, over the last messages.
    package struct Lag: Hashable, Sendable {
        package var p50: Double
        package var p99: Double

        package init(p50: Double, p99: Double) {
            self.p50 = p50
            self.p99 = p99
        }
    }

    /// How many connections there should be, and how many of them bring all their streams.
    package struct Connections: Hashable, Sendable {
        package var live: Int
        package var total: Int

        package init(live: Int, total: Int) {
            self.live = live
            self.total = total
        }
    }

    package var state: State
    package var lastMessageAt: MarketTime?
    package var lag: Lag?
    /// Connections made again since the start after they were lost: behind each, something may have been missed.
    package var reconnects: Int
    package var connections: Connections
    package var counts: VenueCounts

    package init(
        state: State,
        lastMessageAt: MarketTime? = nil,
        lag: Lag? = nil,
        reconnects: Int = 0,
        connections: Connections = Connections(live: 0, total: 0),
        counts: VenueCounts = VenueCounts()
    ) {
        self.state = state
        self.lastMessageAt = lastMessageAt
        self.lag = lag
        self.reconnects = reconnects
        self.connections = connections
        self.counts = counts
    }
}
