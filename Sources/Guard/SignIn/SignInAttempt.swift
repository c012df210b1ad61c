package import Addressing

/// Somebody about to prove who they are, by a password, a code or a token from a mail.
package struct SignInAttempt: Hashable, Sendable {
    package let address: NetworkAddress
    /// Whom they say they are, in one spelling, whether or not there is such an account; nil for what can be nobody.
    package let account: String?
    /// The device, where it has proved to be one of the account's own; nil for all others.
    package let knownDevice: String?
    /// The field `User-Agent`, for the record.
    package let agent: String?

    package init(address: NetworkAddress, account: String?, knownDevice: String? = nil, agent: String? = nil) {
        self.address = address
        self.account = account
        self.knownDevice = knownDevice
        self.agent = agent
    }
}

/// Why an attempt is not even looked at.
package enum SignInRefusal: Error, Hashable, Sendable {
    /// Too many failures; worth another try after the given whole seconds.
    case tooManyAttempts(retryAfterSeconds: Int)
    /// The address is banned; nil: until somebody lifts it.
    case addressBlocked(retryAfterSeconds: Int?)
}
