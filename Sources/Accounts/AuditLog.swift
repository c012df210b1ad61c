package import Addressing
package import Foundation

/// The record of who did what, which only grows.
package struct AuditLog: Sendable {
    package var record: @Sendable (_ entry: AuditEntry) async throws -> Void

    package init(record: @escaping @Sendable (_ entry: AuditEntry) async throws -> Void) {
        self.record = record
    }
}

/// Where a request came from.
package struct RequestOrigin: Hashable, Sendable {
    /// The client's IP address as text, as the server believes it (forwarding headers only from our own proxies).
    package let address: String
    package let userAgent: String?
    package let hints: DeviceHints

    /// - Parameters:
    ///   - address: an IP address.
    ///   - userAgent: the field `User-Agent`.
    ///   - hints: what tells the device from others; nil for what the agent tells.
    package init(address: String, userAgent: String?, hints: DeviceHints? = nil) {
        self.address = address
        self.userAgent = userAgent
        self.hints = hints ?? DeviceHints(userAgent: userAgent)
    }

    /// The address to count by; nobody's for a text that is none.
    package var networkAddress: NetworkAddress { NetworkAddress(address) ?? .unspecified }
}

/// One line of the record; never holds a secret or a token.
package struct AuditEntry: Hashable, Sendable {
    package enum Action: String, Sendable {
        /// By a limit, a ban, a tier or the guard; the reason is in the metadata.
        case requestRefused = "request.refused"
        case adminGranted = "admin.granted"
        case adminBlocked = "admin.blocked"
        case adminUnblocked = "admin.unblocked"
        case adminBanned = "admin.banned"
        case adminUnbanned = "admin.unbanned"
        case adminListed = "admin.listed"
        case adminEndedSessions = "admin.ended_sessions"
        case adminRotatedKeys = "admin.rotated_keys"
        case accountRegistered = "account.registered"
        case loginSucceeded = "login.succeeded"
        case loginFailed = "login.failed"
        case loginBlocked = "login.blocked"
        case refreshReused = "refresh.reused"
        case refreshRefused = "refresh.refused"
        case sessionEnded = "session.ended"
        case deviceNew = "device.new"
        case totpSetUp = "totp.set_up"
        case totpEnabled = "totp.enabled"
        case totpDisabled = "totp.disabled"
        case totpFailed = "totp.failed"
        case totpPaused = "totp.paused"
        case recoveryCodeUsed = "recovery_code.used"
        case confirmationFailed = "confirmation.failed"
        case confirmationSucceeded = "confirmation.succeeded"
        case registrationRequested = "registration.requested"
        case emailVerified = "email.verified"
        case emailChangeRequested = "email.change_requested"
        case emailChanged = "email.changed"
        case passwordChanged = "password.changed"
        case passwordResetRequested = "password.reset_requested"
        case passwordReset = "password.reset"
        case profileChanged = "profile.changed"
        case accountExported = "account.exported"
        case accountErased = "account.erased"
        case sessionDisowned = "session.disowned"
    }

    package let action: Action
    /// Nil when nobody is known by what was given.
    package let userID: UUID?
    package let address: String
    /// At most 512 characters, without control characters: it is a stranger's text.
    package let userAgent: String?
    package let metadata: [String: String]

    package init(_ action: Action, userID: UUID?, origin: RequestOrigin, metadata: [String: String] = [:]) {
        self.action = action
        self.userID = userID
        address = origin.address
        userAgent = origin.userAgent.map(Self.harmless)
        self.metadata = metadata
    }

    private static func harmless(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(512) {
            let isText = ![.control, .format, .lineSeparator, .paragraphSeparator].contains(
                scalar.properties.generalCategory
            )
            scalars.append(isText ? scalar : "\u{FFFD}")
        }
        return String(scalars)
    }
}
