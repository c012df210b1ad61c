package import Markets

/// The time of a simulated market: the wall clock's, or one that runs faster from a chosen moment.
package struct MarketClock: Sendable {
    package var now: @Sendable () -> MarketTime

    package init(now: @escaping @Sendable () -> MarketTime) {
        self.now = now
    }

    /// The machine's wall clock.
    package static let system = MarketClock(now: MarketTime.wallClock)

    /// Starts at a moment and runs `speed` times as fast as the machine's monotonic clock.
    package static func running(from start: MarketTime, speed: Double) -> MarketClock {
        let begin = ContinuousClock.now
        return MarketClock {
            let elapsed = begin.duration(to: .now) / .milliseconds(1)
            return start.adding(milliseconds: Int64(elapsed * speed))
        }
    }
}
