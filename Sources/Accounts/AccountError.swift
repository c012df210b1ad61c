/// Why an account operation was refused.
package enum AccountError: Error, Hashable, Sendable {
    /// What was sent can never be an account; every fault is named, at least one.
    case inputInvalid([AccountInputFault])
    case emailTaken
    /// Unknown address and wrong password are one answer.
    case invalidCredentials
    case accountBlocked
    /// Not a token of ours, or one that is not valid yet.
    case tokenInvalid
    case tokenExpired
    /// Not a refresh token of ours, or one whose time or session is over.
    case refreshTokenInvalid
    /// A refresh token that was spent before came back; its session has ended.
    case refreshTokenReused
    /// A request that waited here while a later one carried the session on; nobody has a copy of its token.
    case refreshTokenOvertaken
    /// A refresh token from another device in another network: the owner must sign in again.
    case stepUpRequired
    /// No such session, or somebody else's.
    case sessionUnknown
    /// More passwords wait to be hashed than the bound allows; worth another try after the given whole seconds.
    case hashingBusy(retryAfterSeconds: Int)
}

/// One thing wrong with a field of a registration.
package enum AccountInputFault: Hashable, Sendable {
    case emailMalformed
    case passwordTooShort(minimum: Int)
    case passwordTooLong(maximum: Int)
    /// One of those that everybody tries first, or a slight change of one.
    case passwordCommon
    case passwordContainsEmail

    /// The request field at fault.
    package var field: String {
        switch self {
        case .emailMalformed: "email"
        case .passwordTooShort, .passwordTooLong, .passwordCommon, .passwordContainsEmail: "password"
        }
    }
}
