package import Leases
package import Postgres

extension LeaseStore {
    /// The table `leases`, by the database's clock.
    package static func postgres(_ pool: PostgresPool) -> LeaseStore {
        LeaseStore(
            take: { job, holder, length in
                let rows = try await pool.query(taking(job, holder, length), timeout: .seconds(2))
                return try rows.first.map { Fence(job: job, token: try $0.decode("fencing_token")) }
            },
            release: { job, holder in
                try await pool.execute(
                    "UPDATE leases SET expires_at = '-infinity' WHERE name = \(job) AND holder = \(holder)",
                    timeout: .seconds(2)
                )
            }
        )
    }

    /// Whose lease ran out and was nobody's meanwhile keeps the token: nobody has written under another.
    private static func taking(_ job: String, _ holder: String, _ length: Duration) -> PostgresQuery {
        let seconds = length / .seconds(1)
        return """
            INSERT INTO leases AS held (name, holder, expires_at)
            VALUES (\(job), \(holder), clock_timestamp() + make_interval(secs => \(seconds)::double precision))
            ON CONFLICT (name) DO UPDATE SET
                holder = excluded.holder,
                fencing_token = held.fencing_token + (held.holder <> excluded.holder)::integer,
                expires_at = clock_timestamp() + make_interval(secs => \(seconds)::double precision)
            WHERE held.holder = excluded.holder OR held.expires_at <= clock_timestamp()
            RETURNING fencing_token
            """
    }
}

extension PostgresConnection {
    /// Lets a transaction go on only under the token in force; nobody takes the lease before it is committed.
    ///
    /// - Throws: ``LeaseLost`` where another has taken it; the database's failure.
    package func require(_ fence: Fence) async throws {
        let rows = try await query(
            "SELECT 1 FROM leases WHERE name = \(fence.job) AND fencing_token = \(fence.token) FOR SHARE"
        )
        guard !rows.isEmpty else { throw LeaseLost(job: fence.job) }
    }
}
