package import Foundation

/// How guessing is cut off: a few tries in a row, then pauses that double.
///
/// Codes: with three codes of a million good at a time and a pause of an hour from the twelfth try on, a thief of the
/// password has a chance of 1 in 10,000 within a day and a half; NIST's 100 failures in a row (SP 800-63B-4, 3.2.2) take
/// four days.
package enum GuessLimit {
    /// What is guessed; each is counted by itself.
    package enum Kind: String, Sendable {
        case code
        /// A password given by somebody who is signed in already.
        case password
    }

    /// Tries in a row before the first pause.
    package static let triesBeforePause = 5
    package static let firstPauseSeconds = 30
    package static let longestPauseSeconds = 3_600
}

/// Counts guesses.
///
/// A try is counted before it is looked at, so that tries at the same moment are counted each.
package struct GuessCounter: Sendable {
    /// Counts a try; nil when it may be looked at, else until when none is.
    package var count: @Sendable (_ userID: UUID, _ kind: GuessLimit.Kind, _ now: Date) async throws -> Date?
    /// Forgets the tries after a right one.
    package var forget: @Sendable (_ userID: UUID, _ kind: GuessLimit.Kind) async throws -> Void

    package init(
        count: @escaping @Sendable (_ userID: UUID, _ kind: GuessLimit.Kind, _ now: Date) async throws -> Date?,
        forget: @escaping @Sendable (_ userID: UUID, _ kind: GuessLimit.Kind) async throws -> Void
    ) {
        self.count = count
        self.forget = forget
    }

    /// Whole seconds until the moment, at least one.
    static func seconds(from now: Date, until end: Date) -> Int {
        max(1, Int(end.timeIntervalSince(now).rounded(.up)))
    }
}
