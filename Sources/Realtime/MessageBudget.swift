/// How often one socket may do something: a bucket that refills steadily.
struct MessageBudget {
    private let capacity: Double
    private let refillPerSecond: Double
    private var left: Double
    private var filledAt: Int64

    /// A full bucket.
    ///
    /// - Parameters:
    ///   - capacity: how often at once.
    ///   - refillPerSecond: how often a second in the long run.
    ///   - milliseconds: now, on a clock that never goes back.
    init(capacity: Double, refillPerSecond: Double, milliseconds: Int64) {
        self.capacity = capacity
        self.refillPerSecond = refillPerSecond
        left = capacity
        filledAt = milliseconds
    }

    /// For all that a client says.
    static func messages(milliseconds: Int64) -> MessageBudget {
        MessageBudget(capacity: 60, refillPerSecond: 2, milliseconds: milliseconds)
    }

    /// For subscriptions, of which one may bring every ticker and all that was missed.
    static func subscriptions(milliseconds: Int64) -> MessageBudget {
        MessageBudget(capacity: 30, refillPerSecond: 0.5, milliseconds: milliseconds)
    }

    /// Takes one, or says that there is none left.
    mutating func take(milliseconds: Int64) -> Bool {
        left = min(capacity, left + Double(milliseconds - filledAt) / 1000 * refillPerSecond)
        filledAt = milliseconds
        guard left >= 1 else { return false }
        left -= 1
        return true
    }
}
