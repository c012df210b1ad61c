package import Accounts
import Foundation
package import Postgres

extension AuditLog {
    /// The record in the table `audit_logs`, which refuses every change but the loss of a name.
    package static func postgres(_ pool: PostgresPool) -> AuditLog {
        AuditLog { entry in try await pool.execute(entry.insertion) }
    }
}

extension AuditEntry {
    /// The statement that writes the entry; inside a transaction it stands or falls with the rest.
    var insertion: PostgresQuery { insertion(userID: userID) }

    /// The same as another user's, where the entry was made before its user was known.
    ///
    /// An account that is erased meanwhile leaves the entry without its name, like all others of it.
    func insertion(userID: UUID?) -> PostgresQuery {
        """
        INSERT INTO audit_logs (user_id, action, ip_address, user_agent, metadata)
        VALUES ((SELECT id FROM users WHERE id = \(userID.postgresValue) FOR KEY SHARE), \(action.rawValue),
            \(address)::inet, \(userAgent.postgresValue), \(json.postgresValue)::jsonb)
        """
    }

    /// The metadata as a JSON object; nil when there is none.
    var json: String? {
        guard !metadata.isEmpty else { return nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // A dictionary of strings always has a JSON form.
        return (try? encoder.encode(metadata)).map { String(decoding: $0, as: UTF8.self) }
    }
}
