package import Foundation
import Postgres

/// A session as an operator sees it.
package struct ListedSession: Hashable, Sendable {
    package let id: UUID
    package let deviceName: String?
    package let devicePlatform: String?
    package let address: String
    package let createdAt: Date
    package let lastUsedAt: Date

    init(row: PostgresRow) throws(PostgresError) {
        id = try row.decode("id")
        deviceName = try row.decode("device_name")
        devicePlatform = try row.decode("device_platform")
        address = try row.decode("address")
        createdAt = try row.decode("created_at")
        lastUsedAt = try row.decode("last_used_at")
    }
}
