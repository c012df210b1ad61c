package import Accounts
package import Foundation

/// A message before it has its number.
package struct ChannelDraft: Hashable, Sendable {
    /// What those below a tier are shown in place of the message.
    package struct Lock: Hashable, Sendable {
        /// The lowest tier that is shown the message itself; not `free`, which would lock nobody out.
        package let minTier: Tier
        /// A JSON object that gives nothing of the message away.
        package let payload: String

        package init(minTier: Tier, payload: String) {
            precondition(minTier > .free, "a lock that keeps nobody out")
            precondition(payload.isJSONObjectWithMembers, "a payload is an object with members")
            self.minTier = minTier
            self.payload = payload
        }
    }

    package let channel: ChannelKey
    /// A JSON object, stored and sent as it is; `type`, `sequence` and `delaySeconds` are put in front of its members.
    package let payload: String
    /// Nil: everybody who has the channel is shown it.
    package let lock: Lock?
    /// From when on a tier's delay is counted.
    package let createdAt: Date

    package init(to channel: ChannelKey, payload: String, lock: Lock? = nil, createdAt: Date) {
        precondition(payload.isJSONObjectWithMembers, "a payload is an object with members")
        self.channel = channel
        self.payload = payload
        self.lock = lock
        self.createdAt = createdAt
    }
}

extension String {
    /// Not a check of the whole, which the database makes: only of what the frame is built on.
    fileprivate var isJSONObjectWithMembers: Bool { hasPrefix("{\"") && hasSuffix("}") }
}
