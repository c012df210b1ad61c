import Accounts
import Foundation
import Markets
import MerkleLog
import Postgres
import Signals

extension LoggedEntry {
    init(row: PostgresRow) throws {
        guard let kind = RecordEntry.Kind(rawValue: try row.decode("kind")),
            let leaf = MerkleHash(bytes: Data(try row.decode("leaf_hash", as: PostgresBytes.self).bytes))
        else { throw PostgresError.unexpectedAnswer("a leaf is none") }
        self.init(
            index: try row.decode("leaf_index"),
            entry: RecordEntry(kind: kind, signalID: try row.decode("signal_id"), text: try row.decode("content")),
            leaf: leaf
        )
    }
}

extension SignedCheckpoint {
    init(row: PostgresRow) throws {
        guard let root = MerkleHash(bytes: Data(try row.decode("root_hash", as: PostgresBytes.self).bytes)) else {
            throw PostgresError.unexpectedAnswer("a root is none")
        }
        self.init(
            checkpoint: Checkpoint(
                origin: SignalRecord.origin,
                size: try row.decode("size"),
                root: root,
                signedAt: try row.decode("signed_at")
            ),
            keyID: try row.decode("key_id"),
            signature: Data(try row.decode("signature", as: PostgresBytes.self).bytes)
        )
    }
}

extension Signal {
    var insertion: PostgresQuery {
        let triggers = triggers.map { #"{"code":"\#($0.code.rawValue)","weight":\#($0.weight)}"# }
        return """
            INSERT INTO signals (
                id, symbol, exchange, direction, entry_price, stop_loss, take_profit_1, take_profit_2, take_profit_3,
                ai_confidence, base_rate, ai_triggers, strategy_name, strategy_version, is_paper, timeframe, min_tier,
                fee_millionths, slippage_millionths, created_at, expires_at
            ) VALUES (
                \(id), \(symbol.text), \(venue.rawValue), \(levels.direction.rawValue), \(levels.entry.value),
                \(levels.stop.value), \(levels.targets[0].value), \(levels.targets[1].value),
                \(levels.targets[2].value), \(confidence.postgresValue), \(baseRate),
                \("[" + triggers.joined(separator: ",") + "]")::jsonb, \(strategy.name), \(String(strategy.version)),
                \(strategy.isPaper), \(timeframe.rawValue), \(minTier.rawValue), \(Int((costs.fee * 1e6).rounded())),
                \(Int((costs.slippage * 1e6).rounded())), \(createdAt), \(expiresAt)
            ) ON CONFLICT (id) DO NOTHING
            """
    }
}

extension StoredSignal {
    /// The columns that a signal is read from, of `signals` and of the leaf of its publication.
    static let columns = """
        signals.id, symbol, exchange, direction, entry_price, stop_loss, take_profit_1, take_profit_2, take_profit_3,
        ai_confidence, base_rate, ai_triggers::text AS ai_triggers, strategy_name, strategy_version, is_paper, timeframe,
        min_tier, fee_millionths, slippage_millionths, created_at, expires_at, status, outcome,
        result_pnl::double precision AS result_pnl, result_r, cancellation, closed_at, leaf_index, leaf_hash
        """
    static let tables = """
        signals LEFT JOIN signal_log ON signal_log.signal_id = signals.id AND signal_log.kind = 'publication'
        """

    static func page(after: UUID?, limit: Int) -> PostgresQuery {
        """
        SELECT \(unescaped: columns) FROM \(unescaped: tables)
        WHERE \(after.postgresValue)::uuid IS NULL OR signals.id > \(after.postgresValue)::uuid
        ORDER BY signals.id LIMIT \(limit)
        """
    }

    init(row: PostgresRow) throws {
        self.init(signal: try Signal(row: row), standing: try .init(row: row), place: try Self.place(row))
    }

    static func place(_ row: PostgresRow) throws -> RecordPlace? {
        guard let index = try row.decode("leaf_index", as: Int64?.self),
            let bytes = try row.decode("leaf_hash", as: PostgresBytes?.self),
            let leaf = MerkleHash(bytes: Data(bytes.bytes))
        else { return nil }
        return RecordPlace(index: index, leaf: leaf)
    }
}

extension Signal {
    fileprivate init(row: PostgresRow) throws {
        guard let direction = SignalDirection(rawValue: try row.decode("direction")),
            let version = Int(try row.decode("strategy_version", as: String.self))
        else { throw PostgresError.unexpectedAnswer("a signal is none") }
        func price(_ column: String) throws -> Price { Price(try row.decode(column)) }
        self.init(
            id: try row.decode("id"),
            symbol: try row.decode("symbol"),
            venue: try row.decode("exchange"),
            levels: try SignalLevels(
                direction: direction,
                entry: price("entry_price"),
                stop: price("stop_loss"),
                targets: [price("take_profit_1"), price("take_profit_2"), price("take_profit_3")]
            ),
            confidence: try row.decode("ai_confidence"),
            baseRate: try row.decode("base_rate"),
            triggers: try Self.triggers(row.decode("ai_triggers")),
            strategy: Strategy(
                name: try row.decode("strategy_name"),
                version: version,
                isPaper: try row.decode("is_paper")
            ),
            timeframe: try row.decode("timeframe"),
            minTier: try row.decode("min_tier"),
            costs: SignalCosts(
                fee: Double(try row.decode("fee_millionths", as: Int.self)) / 1e6,
                slippage: Double(try row.decode("slippage_millionths", as: Int.self)) / 1e6
            ),
            createdAt: try row.decode("created_at"),
            expiresAt: try row.decode("expires_at")
        )
    }

    private static func triggers(_ text: String) throws -> [SignalTrigger] {
        struct Row: Decodable {
            var code: String
            var weight: Int
        }
        return try JSONDecoder().decode([Row].self, from: Data(text.utf8)).compactMap { row in
            SignalTrigger.Code(rawValue: row.code).map { SignalTrigger(code: $0, weight: row.weight) }
        }
    }
}

extension SignalStanding {
    fileprivate init(row: PostgresRow) throws {
        let status: String = try row.decode("status")
        guard status != "active" else {
            self = .active
            return
        }
        let closedAt: MarketTime = try row.decode("closed_at")
        if status == "cancelled" {
            let reason = try row.decode("cancellation", as: String?.self)
            self = .cancelled(reason.flatMap(SignalStep.CancellationReason.init(rawValue:)) ?? .takenBack, at: closedAt)
            return
        }
        guard let outcome = SignalOutcome(rawValue: try row.decode("outcome")) else {
            throw PostgresError.unexpectedAnswer("an outcome is none")
        }
        self = .closed(
            SignalVerdict(
                outcome: outcome,
                resultPercent: try row.decode("result_pnl"),
                resultR: try row.decode("result_r", as: Double?.self) ?? 0,
                closedAt: closedAt
            )
        )
    }
}
