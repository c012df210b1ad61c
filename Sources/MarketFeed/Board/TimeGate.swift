import Markets

/// Keeps a garbled exchange time from locking a venue's markets in the future.
///
/// Times are compared with the venue's own newest, so neither a wrong clock of ours nor a replay of an old day matters.
/// A jump of more than ten minutes ahead needs a second event near it; the first one is dropped.
struct TimeGate: Sendable {
    static let toleranceMilliseconds: Int64 = 600_000

    /// The newest exchange time that two events agreed on.
    private(set) var newest: MarketTime?
    private var suspect: MarketTime?

    mutating func admits(_ time: MarketTime) -> Bool {
        if let known = newest, time.since(known) <= Self.toleranceMilliseconds {
            newest = max(known, time)
            return true
        }
        if let suspect, time.since(suspect).magnitude <= Self.toleranceMilliseconds.magnitude {
            self.suspect = nil
            newest = max(time, suspect)
            return true
        }
        suspect = time
        return newest == nil  // nothing to compare the very first with
    }
}
