package import Postgres

/// Which market the candles and liquidations of a database session belong to; each has tables of its own.
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
                    TRUNCATE simulated.candles, simulated.candle_gaps, simulated.liquidations, simulated.origin
                    """
                )
                try await connection.execute("INSERT INTO simulated.origin (seed) VALUES (\(seed))")
            }
        case .replayed:
            try await pool.execute("TRUNCATE replayed.candles, replayed.candle_gaps, replayed.liquidations")
        }
    }

    private var schema: String? {
        switch self {
        case .live: nil
        case .simulated: "simulated"
        case .replayed: "replayed"
        }
    }
}
