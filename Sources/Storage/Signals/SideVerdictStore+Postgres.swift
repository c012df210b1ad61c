import Accounts
import Markets
package import Postgres
package import Signals

extension SideVerdictStore {
    /// The table `signal_side_verdicts`.
    package static func postgres(_ pool: PostgresPool) -> SideVerdictStore {
        SideVerdictStore(
            waiting: { from, to, limit in
                try await pool.query(
                    """
                    SELECT \(unescaped: StoredSignal.columns), published_at FROM \(unescaped: StoredSignal.tables)
                    WHERE status <> 'active' AND expires_at > \(from) AND expires_at <= \(to)
                        AND NOT EXISTS (SELECT FROM signal_side_verdicts WHERE signal_id = signals.id)
                    ORDER BY expires_at, signals.id LIMIT \(limit)
                    """
                ).map { row in
                    ToldSignal(signal: try StoredSignal(row: row).signal, toldAt: try row.decode("published_at"))
                }
            },
            save: { signal, verdicts in
                try await pool.withTransaction { connection in
                    for verdict in verdicts {
                        try await connection.execute(
                            """
                            INSERT INTO signal_side_verdicts (signal_id, side, outcome, result_pnl)
                            VALUES (\(signal), \(verdict.side.name), \((verdict.outcome?.rawValue).postgresValue),
                                \((verdict.resultPercent.map { "\($0)" }).postgresValue)::numeric)
                            ON CONFLICT (signal_id, side) DO NOTHING
                            """
                        )
                    }
                }
            },
            verdicts: { signal in
                try await pool.query(
                    """
                    SELECT side, outcome, result_pnl::double precision AS result_pnl FROM signal_side_verdicts
                    WHERE signal_id = \(signal) ORDER BY side
                    """
                ).map(SideVerdict.init(row:))
            }
        )
    }
}

extension SideVerdict.Side {
    fileprivate var name: String {
        switch self {
        case .venue(let venue): venue.rawValue
        case .tier(let tier): tier.rawValue
        }
    }

    /// No venue is called as a tier is.
    fileprivate init?(name: String) {
        if let venue = Venue(rawValue: name) {
            self = .venue(venue)
        } else if let tier = Tier(rawValue: name) {
            self = .tier(tier)
        } else {
            return nil
        }
    }
}

extension SideVerdict {
    fileprivate init(row: PostgresRow) throws {
        guard let side = Side(name: try row.decode("side")) else {
            throw PostgresError.unexpectedAnswer("a side verdict is none")
        }
        let outcome = try row.decode("outcome", as: String?.self)
        self.init(
            side: side,
            outcome: outcome.flatMap(SignalOutcome.init(rawValue:)),
            resultPercent: try row.decode("result_pnl", as: Double?.self)
        )
    }
}
