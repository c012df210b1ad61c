package import Foundation

/// Somebody may no longer do what they could: every process hears of it within a second.
package struct StandingChange: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case sessionEnded = "session_ended"
        case blocked
        case erased
        /// Another tier, or a block lifted: what is remembered of the user no longer holds.
        case altered
    }

    package let kind: Kind
    package let userID: UUID
    /// Nil: all sessions of the user.
    package let sessionID: UUID?

    package init(_ kind: Kind, userID: UUID, sessionID: UUID? = nil) {
        self.kind = kind
        self.userID = userID
        self.sessionID = sessionID
    }

    /// Whether the change is about this session.
    package func concerns(_ key: SessionKey) -> Bool {
        userID == key.userID && (sessionID == nil || sessionID == key.sessionID)
    }
}
