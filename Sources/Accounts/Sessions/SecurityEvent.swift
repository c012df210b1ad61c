/// Something that the owner of an account, or an operator, should hear of.
package struct SecurityEvent: Sendable {
    package enum Kind: String, Sendable {
        /// A spent refresh token came back: somebody has a copy. The session has ended.
        case refreshTokenReused = "refresh_token_reused"
        /// A refresh token came from another device in another network and was refused.
        case refreshFromElsewhere = "refresh_from_elsewhere"
        /// A sign-in from a device that the account was never signed in from.
        case newDevice = "new_device"
    }

    package let kind: Kind
    package let session: SessionKey
    package let device: ClientDevice
    package let origin: RequestOrigin
}

/// Hears of security events after they have been written to the record.
package struct SecurityObserver: Sendable {
    package var notice: @Sendable (_ event: SecurityEvent) async -> Void

    package init(notice: @escaping @Sendable (_ event: SecurityEvent) async -> Void) { self.notice = notice }
}
