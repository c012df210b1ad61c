package import Foundation

/// The letters that wait to be sent, shared by all processes.
///
/// Letters are put in by the transactions that they tell of; see the stores of registrations, resets and profiles.
package struct LetterQueue: Sendable {
    /// Puts a letter in; false when it was not taken, because of ``LetterLimits`` or because its key was there already.
    package var put: @Sendable (_ letter: SealedLetter) async throws -> Bool
    /// Takes some that are due; nobody else gets them until the lease ends.
    package var claim: @Sendable (_ limit: Int, _ now: Date, _ leaseEnd: Date) async throws -> [WaitingLetter]
    /// Notes what became of a letter; only of an attempt that is still the latest.
    package var settle: @Sendable (_ letter: WaitingLetter, _ fate: LetterFate, _ now: Date) async throws -> Void
    /// Forgets what is over, and gives up what nobody needs any more.
    package var sweep: @Sendable (_ now: Date) async throws -> Void

    package init(
        put: @escaping @Sendable (_ letter: SealedLetter) async throws -> Bool,
        claim: @escaping @Sendable (_ limit: Int, _ now: Date, _ leaseEnd: Date) async throws -> [WaitingLetter],
        settle: @escaping @Sendable (_ letter: WaitingLetter, _ fate: LetterFate, _ now: Date) async throws -> Void,
        sweep: @escaping @Sendable (_ now: Date) async throws -> Void
    ) {
        self.put = put
        self.claim = claim
        self.settle = settle
        self.sweep = sweep
    }
}

/// How many letters there may be.
package enum LetterLimits {
    /// Waiting at a time; what would bring more is refused.
    package static let waiting = 10_000
    /// To one address on one occasion within an hour; more are dropped in silence, since nobody is to be flooded.
    package static let perTopicAndHour = 3
    /// Seconds that a letter is remembered after it was sent or given up, so that its key does not come again.
    package static let memory: TimeInterval = 7 * 86_400
}

/// A letter taken from the queue.
package struct WaitingLetter: Sendable {
    package let key: String
    package let payload: String
    /// Attempts so far, with this one.
    package let attempt: Int

    package init(key: String, payload: String, attempt: Int) {
        self.key = key
        self.payload = payload
        self.attempt = attempt
    }
}

/// What became of an attempt to send a letter.
package enum LetterFate: Hashable, Sendable {
    case sent
    case tryAgain(at: Date)
    /// It will never be sent; the reason holds neither address nor link.
    case givenUp(reason: String)
}

/// The queue is full: nothing that needs a letter is done now.
package struct LettersFull: Error {
    package init() {}
}
