import Accounts
import Foundation
import Markets
package import Postgres
package import Signals

extension SignalCatalog {
    /// The table `signals`.
    package static func postgres(_ pool: PostgresPool) -> SignalCatalog {
        SignalCatalog(
            list: { query in
                try await pool.query(page(query)).map { query.sight.view(try StoredSignal(row: $0)) }
            },
            history: { query in try await pool.query(page(query)).map(StoredSignal.init(row:)) },
            signal: { id, sight in
                try await pool.query(one(id, sight)).first.map { sight.view(try StoredSignal(row: $0)) }
            },
            tally: { query in
                let rows = try await pool.query(closed(query), timeout: .seconds(30))
                let open = try await pool.query(open(query)).first.map { row in
                    try row.decode("count", as: Int.self)
                }
                let judged = try await pool.query(judged(query), timeout: .seconds(30))
                // The newest were asked for, and are added from the oldest on.
                return SignalTally(
                    results: try rows.reversed().map(SignalResult.init(row:)),
                    open: open ?? 0,
                    delivered: try deliveries(judged.reversed())
                )
            }
        )
    }

    private static let from = """
        SELECT \(StoredSignal.columns) FROM \(StoredSignal.tables)
        """

    private static func names(_ sight: SignalSight) -> [String] { sight.tiers.map(\.rawValue) }

    private static func page(_ query: SignalQuery) -> PostgresQuery {
        let until = query.sight.until
        let symbol = (query.symbol?.text).postgresValue
        let status = (query.status?.rawValue).postgresValue
        let venue = (query.venue?.rawValue).postgresValue
        let direction = (query.direction?.rawValue).postgresValue
        let confidence = query.minConfidence.postgresValue
        let (time, id) = ((query.after?.time).postgresValue, (query.after?.id).postgresValue)
        return """
            \(unescaped: from)
            WHERE published_at <= \(until)
                AND (\(symbol)::text IS NULL OR symbol = \(symbol)::text)
                AND (\(query.includesLocked) OR min_tier = ANY (\(names(query.sight))::text[]))
                AND (\(status)::text IS NULL
                    OR CASE WHEN closed_at > \(until) THEN 'active' ELSE status END = \(status)::text)
                AND (\(venue)::text IS NULL OR exchange = \(venue)::text)
                AND (\(direction)::text IS NULL OR direction = \(direction)::text)
                AND (\(confidence)::integer IS NULL OR ai_confidence >= \(confidence)::integer)
                AND (\(time)::timestamptz IS NULL OR (created_at, signals.id) < (\(time)::timestamptz, \(id)::uuid))
            ORDER BY created_at DESC, signals.id DESC LIMIT \(query.limit)
            """
    }

    private static func page(_ query: SignalHistoryQuery) -> PostgresQuery {
        let symbol = (query.symbol?.text).postgresValue
        let strategy = query.strategy.postgresValue
        let (time, id) = ((query.after?.time).postgresValue, (query.after?.id).postgresValue)
        return """
            \(unescaped: from)
            WHERE status <> 'active' AND closed_at <= \(query.sight.until) AND published_at <= \(query.sight.until)
                AND min_tier = ANY (\(names(query.sight))::text[])
                AND (\(symbol)::text IS NULL OR symbol = \(symbol)::text)
                AND (\(strategy)::text IS NULL OR strategy_name = \(strategy)::text)
                AND (\(time)::timestamptz IS NULL OR (closed_at, signals.id) < (\(time)::timestamptz, \(id)::uuid))
            ORDER BY closed_at DESC, signals.id DESC LIMIT \(query.limit)
            """
    }

    private static func one(_ id: UUID, _ sight: SignalSight) -> PostgresQuery {
        "\(unescaped: from) WHERE signals.id = \(id) AND published_at <= \(sight.until)"
    }

    private static func closed(_ query: SignalTallyQuery) -> PostgresQuery {
        let symbol = (query.symbol?.text).postgresValue
        let strategy = query.strategy.postgresValue
        let from = query.from ?? MarketTime(milliseconds: 0)
        return """
            SELECT \(unescaped: SignalResult.columns) FROM signals
            WHERE status = 'closed' AND closed_at <= \(query.sight.until) AND closed_at >= \(from)
                AND published_at <= \(query.sight.until)
                AND min_tier = ANY (\(names(query.sight))::text[])
                AND (\(symbol)::text IS NULL OR symbol = \(symbol)::text)
                AND (\(strategy)::text IS NULL OR strategy_name = \(strategy)::text)
            ORDER BY closed_at DESC, id DESC LIMIT \(SignalTally.limit)
            """
    }

    /// What those that are over came to for each tier, by its delay; cancelled ones among them, since who came later may
    /// have entered them.
    private static func judged(_ query: SignalTallyQuery) -> PostgresQuery {
        let symbol = (query.symbol?.text).postgresValue
        let strategy = query.strategy.postgresValue
        let from = query.from ?? MarketTime(milliseconds: 0)
        let tiers = Tier.allCases.map(\.rawValue)
        return """
            SELECT verdicts.side, \(unescaped: SignalResult.ownColumns), verdicts.outcome,
                verdicts.result_pnl::double precision AS result_pnl
            FROM signals JOIN signal_side_verdicts AS verdicts ON verdicts.signal_id = signals.id
            WHERE verdicts.side = ANY (\(tiers)::text[])
                AND status <> 'active' AND closed_at <= \(query.sight.until) AND closed_at >= \(from)
                AND published_at <= \(query.sight.until)
                AND min_tier = ANY (\(names(query.sight))::text[])
                AND (\(symbol)::text IS NULL OR symbol = \(symbol)::text)
                AND (\(strategy)::text IS NULL OR strategy_name = \(strategy)::text)
            ORDER BY closed_at DESC, id DESC LIMIT \(SignalTally.limit * tiers.count)
            """
    }

    private static func deliveries(_ rows: some Sequence<PostgresRow>) throws -> [SignalTally.Delivery] {
        var results: [Tier: [SignalResult]] = [:]
        var missed: [Tier: Int] = [:]
        for row in rows {
            let tier: Tier = try row.decode("side")
            if try row.decode("outcome", as: String?.self) == nil {
                missed[tier, default: 0] += 1
            } else {
                results[tier, default: []].append(try SignalResult(row: row))
            }
        }
        return Tier.allCases.map {
            SignalTally.Delivery(tier: $0, results: results[$0] ?? [], missed: missed[$0] ?? 0)
        }
    }

    private static func open(_ query: SignalTallyQuery) -> PostgresQuery {
        let symbol = (query.symbol?.text).postgresValue
        let strategy = query.strategy.postgresValue
        return """
            SELECT count(*) AS count FROM signals
            WHERE (status = 'active' OR closed_at > \(query.sight.until)) AND published_at <= \(query.sight.until)
                AND min_tier = ANY (\(names(query.sight))::text[])
                AND (\(symbol)::text IS NULL OR symbol = \(symbol)::text)
                AND (\(strategy)::text IS NULL OR strategy_name = \(strategy)::text)
            """
    }
}

extension SignalResult {
    /// What statistics need of a closed signal.
    fileprivate static let columns = """
        \(ownColumns), outcome, result_pnl::double precision AS result_pnl
        """
    /// The part of it that is the signal's own, whoever judges it.
    fileprivate static let ownColumns = """
        symbol, direction, strategy_name, strategy_version, is_paper, min_tier, ai_confidence, entry_price, stop_loss
        """

    fileprivate init(row: PostgresRow) throws {
        guard let direction = SignalDirection(rawValue: try row.decode("direction")),
            let version = Int(try row.decode("strategy_version", as: String.self)),
            let outcome = SignalOutcome(rawValue: try row.decode("outcome"))
        else { throw PostgresError.unexpectedAnswer("a closed signal is none") }
        self.init(
            symbol: try row.decode("symbol"),
            direction: direction,
            strategy: Signal.Strategy(
                name: try row.decode("strategy_name"),
                version: version,
                isPaper: try row.decode("is_paper")
            ),
            minTier: try row.decode("min_tier"),
            confidence: try row.decode("ai_confidence"),
            outcome: outcome,
            resultPercent: try row.decode("result_pnl"),
            riskPercent: Self.riskPercent(
                entry: Price(try row.decode("entry_price")),
                stop: Price(try row.decode("stop_loss"))
            )
        )
    }
}
