package import Foundation

/// An account, without anything that proves its ownership.
package struct User: Hashable, Sendable {
    package let id: UUID
    package let email: EmailAddress
    /// What was bought; ``tier(at:)`` says what holds now.
    package let subscription: Tier
    /// Nil: never.
    package let subscriptionExpiresAt: Date?
    package let isTOTPEnabled: Bool
    package let isBlocked: Bool
    package let createdAt: Date
    package let displayName: String?
    /// Share of the balance put at risk by one signal, in percent.
    package let riskPercent: Decimal?

    package init(
        id: UUID,
        email: EmailAddress,
        subscription: Tier,
        subscriptionExpiresAt: Date?,
        isTOTPEnabled: Bool,
        isBlocked: Bool,
        createdAt: Date,
        displayName: String? = nil,
        riskPercent: Decimal? = nil
    ) {
        self.id = id
        self.email = email
        self.subscription = subscription
        self.subscriptionExpiresAt = subscriptionExpiresAt
        self.isTOTPEnabled = isTOTPEnabled
        self.isBlocked = isBlocked
        self.createdAt = createdAt
        self.displayName = displayName
        self.riskPercent = riskPercent
    }

    /// The tier in force: what was bought, until it runs out; then free.
    package func tier(at now: Date) -> Tier {
        if let subscriptionExpiresAt, subscriptionExpiresAt <= now { return .free }
        return subscription
    }
}
