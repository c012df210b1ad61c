/// Why something about the second factor was refused.
package enum SecondFactorError: Error, Hashable, Sendable {
    /// The password was right, and a code is missing.
    case codeRequired
    /// Wrong, of another moment, or spent already: one answer for all.
    case codeWrong
    /// Too many wrong codes; none is looked at for so many whole seconds.
    case tooManyCodes(retryAfterSeconds: Int)
    case alreadyOn
    /// There is no secret to confirm or to switch off.
    case notSetUp
}
