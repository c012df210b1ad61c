/// The rises of one market, told by price and volume without the model: what there should have been an alert for.
struct RiseWatch: Sendable {
    /// What a look at the market adds to the tally.
    enum News: Hashable, Sendable {
        /// A rise that nobody has heard of yet.
        case missing
        /// A rise and how many milliseconds after its start the alert was, which came before the rise was one.
        case found(delay: Int64)
    }

    /// An alert belongs to a rise from so long before its start until so long after, in milliseconds.
    private static let early: Int64 = 60_000
    private static let late: Int64 = 120_000
    /// What rises again within an hour is still the same.
    private static let aftermath: Int64 = 3_600_000

    private var start: Int64?
    private var isFound = true
    private var lastAlert: Int64?

    /// Takes in that the market is rising; nil for a rise that is known.
    mutating func rise(since start: Int64) -> News? {
        if let known = self.start, start - known < Self.aftermath { return nil }
        self.start = start
        isFound = false
        return lastAlert.flatMap { delay(of: $0) }.map(News.found) ?? .missing
    }

    /// Takes in an alert.
    ///
    /// - Returns: how long after the start of a rise it is, if it is that rise's first.
    mutating func alert(at time: Int64) -> Int64? {
        lastAlert = time
        return delay(of: time)
    }

    private mutating func delay(of alert: Int64) -> Int64? {
        guard !isFound, let start, alert >= start - Self.early, alert <= start + Self.late else { return nil }
        isFound = true
        return max(0, alert - start)
    }
}
