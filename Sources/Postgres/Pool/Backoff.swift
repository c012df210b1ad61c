/// The pause before the next attempt: twice as long after each failure, up to a bound, and never quite the same, so
/// that many who failed together do not return together.
package struct Backoff: Equatable, Sendable {
    package let first: Duration
    package let longest: Duration
    package private(set) var failures = 0

    package init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    package mutating func reset() { failures = 0 }

    /// The pause after one more failure: between half of the nominal length and all of it.
    ///
    /// `jitter`: from 0 to 1.
    package mutating func next(jitter: Double = .random(in: 0...1)) -> Duration {
        defer { failures += 1 }
        let nominal = failures < 20 ? min(first * (1 << failures), longest) : longest
        return nominal * (0.5 + 0.5 * min(max(jitter, 0), 1))
    }
}
