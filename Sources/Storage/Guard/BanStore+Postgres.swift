import Addressing
import Foundation
package import Guard
package import Postgres

extension BanStore {
    /// Bans in the table `blocked_ips`; an operator's own statements there are felt too.
    package static func postgres(_ pool: PostgresPool) -> BanStore {
        BanStore(
            version: {
                try await pool.query("SELECT version FROM blocked_ips_version").first?.decode("version") ?? 0
            },
            active: { now in
                try await pool.query(
                    """
                    SELECT \(unescaped: columns) FROM blocked_ips
                    WHERE blocked_until IS NULL OR blocked_until > \(now)
                    ORDER BY blocked_until IS NULL DESC, created_at DESC LIMIT \(maximumActive)
                    """
                ).map(Ban.init(row:))
            },
            raise: { network, scope, reason, terms, now in
                let query = raising(network, scope, reason, terms, now)
                // No row: what is in force already is enough, and a third statement cannot have lifted it between.
                if let row = try await pool.query(query).first { return try Ban(row: row) }
                let rows = try await pool.query(
                    "SELECT \(unescaped: columns) FROM blocked_ips WHERE ip_address = \("\(network)")::inet"
                )
                guard let row = rows.first else {
                    throw PostgresError.unexpectedAnswer("a ban was lifted as it was made")
                }
                return try Ban(row: row)
            },
            set: { network, until, reason, now in
                let rows = try await pool.query(
                    """
                    INSERT INTO blocked_ips (ip_address, reason, blocked_until, created_at)
                    VALUES (\("\(network)")::inet, \(reason), \(until.postgresValue), \(now))
                    ON CONFLICT (ip_address) DO UPDATE SET reason = excluded.reason, scope = 'everything',
                        blocked_until = excluded.blocked_until, created_at = excluded.created_at
                    RETURNING \(unescaped: columns)
                    """
                )
                guard let row = rows.first else { throw PostgresError.unexpectedAnswer("a ban was not written") }
                return try Ban(row: row)
            },
            lift: { network in
                try await pool.execute("DELETE FROM blocked_ips WHERE ip_address = \("\(network)")::inet") > 0
            }
        )
    }

    private static let columns =
        "ip_address::text AS network, scope, blocked_until, coalesce(reason, '') AS reason, strikes, created_at"

    /// Bans longer than the last time, which counts for as long as the guard remembers.
    ///
    /// A ban in force is left alone, unless the new one keeps from more. Of two processes at once one bans.
    private static func raising(
        _ network: NetworkBlock,
        _ scope: Ban.Scope,
        _ reason: String,
        _ terms: BanTerms,
        _ now: Date
    ) -> PostgresQuery {
        """
        INSERT INTO blocked_ips AS held (ip_address, scope, reason, blocked_until, strikes, created_at)
        VALUES (\("\(network)")::inet, \(scope.rawValue), \(reason),
            \(now)::timestamptz + make_interval(secs => \(terms.firstSeconds)::double precision), 1, \(now)::timestamptz)
        ON CONFLICT (ip_address) DO UPDATE SET scope = excluded.scope, reason = excluded.reason,
            created_at = excluded.created_at,
            (strikes, blocked_until) = (
                SELECT strike, excluded.created_at + make_interval(
                    secs => least(\(terms.longestSeconds)::double precision,
                        \(terms.firstSeconds)::double precision * power(2, least(strike - 1, 30)))
                )
                FROM (SELECT CASE WHEN held.blocked_until + make_interval(secs => \(terms.memorySeconds)::double precision)
                    < excluded.created_at THEN 1 ELSE held.strikes + 1 END AS strike) AS next
            )
        WHERE held.blocked_until IS NOT NULL
            AND (held.blocked_until <= excluded.created_at
                OR held.scope = 'sign_in' AND excluded.scope = 'everything')
        RETURNING \(unescaped: columns)
        """
    }
}

extension Ban {
    fileprivate init(row: PostgresRow) throws(PostgresError) {
        let text: String = try row.decode("network")
        guard let network = NetworkBlock(text) else {
            throw .decoding(column: "network", type: "NetworkBlock", problem: .malformed)
        }
        self.init(
            network: network,
            scope: try row.decode("scope"),
            until: try row.decode("blocked_until"),
            reason: try row.decode("reason"),
            strikes: try row.decode("strikes"),
            createdAt: try row.decode("created_at")
        )
    }
}

extension Ban.Scope: PostgresDecodable {
    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}
