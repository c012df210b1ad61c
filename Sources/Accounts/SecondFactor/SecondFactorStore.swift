package import Foundation

/// Where second factors are kept.
package struct SecondFactorStore: Sendable {
    /// What is kept of a user's factor; nil when the account is gone.
    package var find: @Sendable (_ userID: UUID) async throws -> StoredSecondFactor?
    /// Keeps a secret that is not confirmed yet, in place of an earlier such one; false when the factor is on.
    package var propose: @Sendable (_ userID: UUID, _ sealedSecret: String, _ entry: AuditEntry) async throws -> Bool
    /// Switches the factor on, spends the step and keeps the recovery codes; false when the secret is no longer the one
    /// that was confirmed.
    package var enable:
        @Sendable (_ confirmed: ConfirmedFactor, _ recoveryHashes: [String], _ entry: AuditEntry) async throws -> Bool
    /// Switches the factor off and forgets its secret and its recovery codes; false when it was off.
    package var disable: @Sendable (_ userID: UUID, _ notice: SealedLetter, _ entry: AuditEntry) async throws -> Bool
    /// Spends a step: true for one caller only, and never for a step before one that was spent.
    package var spendStep: @Sendable (_ confirmed: ConfirmedFactor) async throws -> Bool
    /// Spends a recovery code: true for one caller only.
    package var spendRecoveryCode:
        @Sendable (_ userID: UUID, _ hash: String, _ now: Date, _ entry: AuditEntry) async throws -> Bool
    /// Replaces the sealed secret by the same one under a newer key.
    package var reseal: @Sendable (_ userID: UUID, _ old: String, _ new: String) async throws -> Void

    package init(
        find: @escaping @Sendable (_ userID: UUID) async throws -> StoredSecondFactor?,
        propose: @escaping @Sendable (_ userID: UUID, _ sealedSecret: String, _ entry: AuditEntry) async throws -> Bool,
        enable:
            @escaping @Sendable (_ confirmed: ConfirmedFactor, _ recoveryHashes: [String], _ entry: AuditEntry)
            async throws -> Bool,
        disable: @escaping @Sendable (_ userID: UUID, _ notice: SealedLetter, _ entry: AuditEntry) async throws -> Bool,
        spendStep: @escaping @Sendable (_ confirmed: ConfirmedFactor) async throws -> Bool,
        spendRecoveryCode:
            @escaping @Sendable (_ userID: UUID, _ hash: String, _ now: Date, _ entry: AuditEntry) async throws -> Bool,
        reseal: @escaping @Sendable (_ userID: UUID, _ old: String, _ new: String) async throws -> Void
    ) {
        self.find = find
        self.propose = propose
        self.enable = enable
        self.disable = disable
        self.spendStep = spendStep
        self.spendRecoveryCode = spendRecoveryCode
        self.reseal = reseal
    }
}

/// What is kept of a user's second factor.
package struct StoredSecondFactor: Sendable {
    package let email: EmailAddress
    /// Sealed; nil before the first set-up.
    package let sealedSecret: String?
    package let isOn: Bool
    /// The last step that was spent.
    package let spentStep: Int64?

    package init(email: EmailAddress, sealedSecret: String?, isOn: Bool, spentStep: Int64?) {
        self.email = email
        self.sealedSecret = sealedSecret
        self.isOn = isOn
        self.spentStep = spentStep
    }
}

/// A right code: of whom, by which secret, and for which step.
package struct ConfirmedFactor: Sendable {
    package let userID: UUID
    package let sealedSecret: String
    package let step: Int64
}
