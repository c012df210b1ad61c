package import Foundation

/// Alerts that are kept for `tradepulse admin alerts`.
package struct AlertStore: Sendable {
    package var insert: @Sendable (_ alert: SecurityAlert, _ at: Date) async throws -> Void
    /// The newest first.
    package var recent: @Sendable (_ limit: Int) async throws -> [KeptAlert]

    package init(
        insert: @escaping @Sendable (_ alert: SecurityAlert, _ at: Date) async throws -> Void,
        recent: @escaping @Sendable (_ limit: Int) async throws -> [KeptAlert]
    ) {
        self.insert = insert
        self.recent = recent
    }
}

/// An alert, and when it was raised.
package struct KeptAlert: Hashable, Sendable {
    package let alert: SecurityAlert
    package let createdAt: Date

    package init(alert: SecurityAlert, createdAt: Date) {
        self.alert = alert
        self.createdAt = createdAt
    }
}
