package import Accounts
package import Postgres

extension AuditTrail {
    /// The record in the table `audit_logs`.
    package static func postgres(_ pool: PostgresPool) -> AuditTrail {
        AuditTrail(
            head: {
                let rows = try await pool.query("SELECT sequence, encode(hash, 'hex') AS hash FROM audit_head")
                guard let row = rows.first else { return .empty }
                return AuditHead(sequence: try row.decode("sequence"), hash: try row.decode("hash"))
            },
            entries: { after, limit in
                try await pool.query(page(after: after, limit: limit), timeout: .seconds(60)).map(
                    AuditRecord.init(row:)
                )
            },
            stray: {
                try await pool.query(
                    "SELECT id::text AS id FROM audit_logs WHERE sequence IS NULL ORDER BY created_at LIMIT 1",
                    timeout: .seconds(60)
                ).first?.decode("id")
            }
        )
    }

    /// Two looks at the accounts tell a name that was taken off with its account from one that was taken off alone.
    private static func page(after: Int64, limit: Int) -> PostgresQuery {
        """
        SELECT entry.id::text AS id, sequence, encode(previous_hash, 'hex') AS previous_hash,
            encode(hash, 'hex') AS hash, encode(subject, 'hex') AS subject, action, ip_address::text AS address,
            user_agent, metadata::text AS metadata,
            (extract(epoch FROM entry.created_at) * 1000000)::bigint::text AS created_at,
            CASE WHEN user_id IS NULL THEN owner.id IS NULL ELSE coalesce(named.audit_subject = subject, false) END
                AS is_named_rightly
        FROM audit_logs AS entry
        LEFT JOIN users AS named ON named.id = entry.user_id
        LEFT JOIN users AS owner ON owner.audit_subject = entry.subject
        WHERE sequence > \(after) ORDER BY sequence LIMIT \(limit)
        """
    }
}

extension AuditRecord {
    fileprivate init(row: PostgresRow) throws(PostgresError) {
        self.init(
            id: try row.decode("id"),
            sequence: try row.decode("sequence"),
            previousHash: try row.decode("previous_hash", as: String?.self) ?? "",
            hash: try row.decode("hash", as: String?.self) ?? "",
            subject: try row.decode("subject"),
            action: try row.decode("action"),
            address: try row.decode("address"),
            userAgent: try row.decode("user_agent"),
            metadata: try row.decode("metadata"),
            createdAt: try row.decode("created_at"),
            isNamedRightly: try row.decode("is_named_rightly")
        )
    }
}
