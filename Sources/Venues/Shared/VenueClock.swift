package import Markets

/// The time and the waiting that a venue's adapter needs, so that tests can supply their own.
package struct VenueClock: Sendable {
    /// The wall clock.
    package var now: @Sendable () -> MarketTime
    /// Waits; throws `CancellationError` when the task is cancelled.
    package var sleep: @Sendable (_ duration: Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> MarketTime,
        sleep: @escaping @Sendable (_ duration: Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    package static let system = VenueClock(
        now: MarketTime.wallClock,
        sleep: { try await Task.sleep(for: $0) }
    )
}
