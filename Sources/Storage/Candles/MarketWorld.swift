import Channels
package import Postgres

/// Which market the candles, liquidations and pumps of a database session belong to; each has tables of its own.
package enum MarketWorld: Hashable, Sendable {
    case live
    case simulated(seed: Int64)
    case replayed

    /// The same database with this world's tables first in line, so that no statement has to name the world.
    package func configuration(_ base: PostgresConfiguration) -> PostgresConfiguration {
        guard let schema else { return base }
        var configuration = base
        let others = base.target["options"].map { $0 + " " } ?? ""
        configuration.target["options"] = others + "-csearch_path=\(schema),public"
        return configuration
    }

    /// Clears what belongs to another world: a simulated market of another seed, or an earlier replay.
    package func prepare(_ pool: PostgresPool) async throws {
        switch self {
        case .live: break
        case .simulated(let seed):
            try await pool.withTransaction { connection in
                let rows = try await connection.query("SELECT seed FROM simulated.origin FOR UPDATE")
                if try rows.first?.decode("seed", as: Int64.self) == seed { return }
                try await connection.execute(
                    """
                    TRUNCATE simulated.candles, simulated.candle_gaps, simulated.liquidations, simulated.pumps,
                        simulated.origin
                    """
                )
                try await connection.execute(emptying)
                try await connection.execute("INSERT INTO simulated.origin (seed) VALUES (\(seed))")
            }
        case .replayed:
            try await pool.withTransaction { connection in
                try await connection.execute(
                    "TRUNCATE replayed.candles, replayed.candle_gaps, replayed.liquidations, replayed.pumps"
                )
                try await connection.execute(emptying)
            }
        }
    }

    /// The table of this world, by its whole name.
    func table(_ name: String) -> String { "\(schema ?? "public").\(name)" }

    /// The name that a channel has in the database: what was made up has a pump channel of its own.
    func name(of channel: ChannelKey) -> String {
        guard channel == .pumps, let schema else { return channel.name }
        return "\(channel.name)@\(schema)"
    }

    /// The channel that has the name in this world; nil when there is none.
    func channel(named name: String) -> ChannelKey? {
        if name == self.name(of: .pumps) { return .pumps }
        return ChannelKey(name: name).flatMap { $0 == .pumps ? nil : $0 }
    }

    /// Forgets the messages of the world's own channel; its numbers begin anew, and so does the epoch.
    private var emptying: PostgresQuery {
        """
        WITH gone AS (DELETE FROM channel_messages WHERE channel = \(name(of: .pumps)))
        UPDATE channels SET epoch = gen_random_uuid(), last_sequence = 0, transaction_id = pg_current_xact_id()
        WHERE name = \(name(of: .pumps))
        """
    }

    private var schema: String? {
        switch self {
        case .live: nil
        case .simulated: "simulated"
        case .replayed: "replayed"
        }
    }
}
