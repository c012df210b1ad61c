package import Accounts

/// A message that is committed and has its number.
package struct ChannelEntry: Hashable, Sendable {
    /// From 1 on, without a hole.
    package let sequence: Int64
    /// Milliseconds since 1970.
    package let createdAt: Int64
    package let payload: String
    package let minTier: Tier
    /// What tiers below ``minTier`` are shown; nil where there is none.
    package let lockedPayload: String?

    package init(
        sequence: Int64,
        createdAt: Int64,
        payload: String,
        minTier: Tier = .free,
        lockedPayload: String? = nil
    ) {
        self.sequence = sequence
        self.createdAt = createdAt
        self.payload = payload
        self.minTier = minTier
        self.lockedPayload = lockedPayload
    }

    /// What a tier is shown of it.
    package func payload(for tier: Tier) -> String {
        guard tier < minTier, let lockedPayload else { return payload }
        return lockedPayload
    }
}
