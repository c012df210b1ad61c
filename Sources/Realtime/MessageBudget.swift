/// How fast one socket may talk: a bucket of messages that refills steadily.
struct MessageBudget {
    /// Messages at once.
    static let capacity = 60.0
    /// Messages a second in the long run.
    static let refillPerSecond = 2.0

    private var left = Self.capacity
    private var filledAt: Int64

    /// A full bucket.
    ///
    /// - Parameter milliseconds: now, on a clock that never goes back.
    init(milliseconds: Int64) { filledAt = milliseconds }

    /// Takes one message, or says that there is none left.
    mutating func take(milliseconds: Int64) -> Bool {
        left = min(Self.capacity, left + Double(milliseconds - filledAt) / 1000 * Self.refillPerSecond)
        filledAt = milliseconds
        guard left >= 1 else { return false }
        left -= 1
        return true
    }
}
