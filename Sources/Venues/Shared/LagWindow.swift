package import Markets

/// The exchange lag of the last messages, at most ``capacity`` of them.
package struct LagWindow: Sendable {
    package static let capacity = 1024

    /// A message of another day is a recording, and says nothing about the way here.
    private static let longest: Int64 = 86_400_000

    private var milliseconds: [Int64] = []
    private var next = 0

    package init() {}

    /// Notes how many milliseconds after the venue's time a message reached us.
    package mutating func add(_ lag: Int64) {
        guard lag.magnitude < Self.longest.magnitude else { return }
        if milliseconds.count < Self.capacity {
            milliseconds.append(lag)
        } else {
            milliseconds[next] = lag
            next = (next + 1) % Self.capacity
        }
    }

    /// The median and the 99th percentile by the nearest-rank rule; nil without a message.
    package var summary: VenueStatus.Lag? {
        guard !milliseconds.isEmpty else { return nil }
        let sorted = milliseconds.sorted()
        func rank(_ percent: Int) -> Double { Double(sorted[(sorted.count * percent + 99) / 100 - 1]) }
        return VenueStatus.Lag(p50: rank(50), p99: rank(99))
    }
}
