/// Something that an operator should look at.
package struct SecurityAlert: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case refreshReuse = "refresh_reuse"
        case credentialStuffing = "credential_stuffing"
        case accountUnderAttack = "account_under_attack"
        case scraping
        case impossibleTravel = "impossible_travel"
        case tierProbing = "tier_probing"
    }

    package let kind: Kind
    /// Whom it is about: an address, a user's id, a digest of an account's name, or `everybody`.
    package let subject: String
    /// A sentence without anything secret.
    package let summary: String
    /// How often the same was found since the last alert about it.
    package let suppressed: Int

    package init(kind: Kind, subject: String, summary: String, suppressed: Int = 0) {
        self.kind = kind
        self.subject = subject
        self.summary = summary
        self.suppressed = suppressed
    }
}
