import Foundation
import Postgres
import Storage
import Testing

@Suite("What the schema refuses", .database, .timeLimit(.minutes(5)))
struct ConstraintTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let table: String
        var values: [String: String]
        let constraint: String?

        init(_ table: String, _ changes: [String: String], _ constraint: String?) {
            self.table = table
            values = (Self.good[table] ?? [:]).merging(changes) { $1 }
            self.constraint = constraint
        }

        var statement: String {
            let sorted = values.sorted { $0.key < $1.key }
            return "INSERT INTO \(table) (\(sorted.map(\.key).joined(separator: ", "))) "
                + "VALUES (\(sorted.map(\.value).joined(separator: ", ")))"
        }

        var testDescription: String { statement + " → " + (constraint ?? "taken") }

        static let user = "(SELECT id FROM users WHERE email = 'owner@example.com')"
        static let session = "'5e550000-0000-4000-8000-000000000001'"

        /// A row of each table that is taken as it is; a case changes what it is about.
        static let good: [String: [String: String]] = [
            "users": ["email": "'a@example.com'", "password_hash": "'x'"],
            "sessions": [
                "id": "'5e550000-0000-4000-8000-000000000002'", "user_id": user, "device_hash": "'\\x00'",
                "hints_hash": "'\\x00'", "ip_address": "'203.0.113.9'", "created_at": "now()", "last_used_at": "now()",
                "expires_at": "now() + interval '7 days'",
            ],
            "refresh_tokens": [
                "user_id": user, "session_id": session, "token_hash": "'h'",
                "expires_at": "now() + interval '7 days'",
            ],
            "account_tokens": [
                "user_id": user, "token_hash": "'h'", "expires_at": "now()", "purpose": "'reset_password'",
            ],
            "audit_logs": ["action": "'login.failed'", "ip_address": "'203.0.113.9'"],
            "blocked_ips": ["ip_address": "'2001:db8:1:2::/64'"],
            "signals": [
                "symbol": "'BTCUSDT'", "exchange": "'binance'", "direction": "'buy'", "entry_price": "100",
                "stop_loss": "90",
            ],
            "portfolios": ["user_id": user, "symbol": "'BTCUSDT'", "quantity": "1", "avg_buy_price": "2"],
            "portfolio_transactions": [
                "user_id": user, "symbol": "'BTCUSDT'", "side": "'buy'", "quantity": "1", "price": "2",
                "executed_at": "now()",
            ],
            "candles": [
                "exchange": "'binance'", "symbol": "'BTCUSDT'", "interval": "'1m'", "open_time": "'2025-01-01 00:01Z'",
                "open": "10", "high": "12", "low": "9", "close": "11", "volume": "1", "quote_volume": "10",
                "trades": "3",
                "closed": "true",
            ],
            "candle_gaps": [
                "exchange": "'okx'", "symbol": "'BTCUSDT'", "interval": "'1m'", "from_time": "'2025-01-01 00:01Z'",
                "to_time": "'2025-01-01 00:02Z'",
            ],
            "liquidations": [
                "exchange": "'bybit'", "symbol": "'BTCUSDT-PERP'", "side": "'long'", "price": "1", "quantity": "1",
                "notional": "1", "occurred_at": "now()",
            ],
            "pumps": [
                "symbol": "'BTCUSDT'", "exchange": "'mexc'", "change_percent": "5", "volume_ratio": "80",
                "score": "0.9",
                "price_at_start": "1", "peak_price": "2", "started_at": "now()",
            ],
            "alerts": ["user_id": user, "symbol": "'BTCUSDT'", "kind": "'price_above'", "value": "1"],
            "channels": ["name": "'weather'"],
            "channel_messages": ["channel": "'known'", "sequence": "1", "payload": "'{}'"],
            "leases": ["name": "'cleanup'", "holder": "'a'", "expires_at": "now()"],
        ]
    }

    static let taken: [Row] =
        Row.good.keys.sorted().map { Row($0, [:], nil) } + [
            Row("signals", ["symbol": "'币安人生USDT'"], nil),
            Row(
                "signals",
                ["symbol": "'1000PEPEUSDT-PERP'", "entry_price": "0.000000000001", "stop_loss": "0.0000000000009"],
                nil
            ),
            Row("signals", ["entry_price": "99999999999999999999.999999999999999999"], nil),
            Row(
                "signals",
                ["direction": "'sell'", "stop_loss": "110", "take_profit_1": "90", "take_profit_2": "80"],
                nil
            ),
            Row("signals", ["status": "'closed'"], nil),
            Row("signals", ["status": "'cancelled'", "closed_at": "now()"], nil),
            Row("signals", ["ai_confidence": "0"], nil), Row("signals", ["ai_confidence": "100"], nil),
            Row("candles", ["interval": "'1d'", "open_time": "'2025-01-02 00:00Z'"], nil),
            Row("candles", ["interval": "'4h'", "open_time": "'2025-01-02 20:00Z'"], nil),
            Row(
                "candles",
                [
                    "open": "9", "high": "9", "low": "9", "close": "9", "volume": "0", "quote_volume": "0",
                    "trades": "0",
                ],
                nil
            ),
            Row("portfolios", ["quantity": "0", "avg_buy_price": "0"], nil),
            Row("pumps", ["status": "'ended'", "ended_at": "now()"], nil),
            Row("alerts", ["kind": "'pump'", "value": "NULL"], nil),
            Row(
                "users",
                ["subscription": "'vip'", "totp_enabled": "true", "totp_secret": "'s'", "risk_percent": "0.01"],
                nil
            ),
        ]

    static let refusedAccounts: [Row] = [
        Row("users", ["email": "'owner@example.com'"], "idx_users_email"),
        Row("users", ["email": "'Owner@Example.com'"], "users_email_normalised"),
        Row("users", ["email": "U&'jose\\0301@example.com'"], "users_email_normalised"),
        Row("users", ["email": "'a b@example.com'"], "users_email_shape"),
        Row("users", ["email": "'a@b@c'"], "users_email_shape"),
        Row("users", ["email": "''"], "users_email_shape"), Row("users", ["email": "E'a\\n@b.c'"], "users_email_shape"),
        Row("users", ["email": "NULL"], "23502"), Row("users", ["password_hash": "NULL"], "23502"),
        Row("users", ["password_hash": "''"], "users_password_hash_present"),
        Row("users", ["subscription": "'gold'"], "subscription_tier_known"),
        Row("users", ["subscription": "NULL"], "23502"),
        Row("users", ["totp_enabled": "true"], "users_totp_enabled_needs_secret"),
        Row("users", ["risk_percent": "0"], "users_risk_percent_range"),
        Row("users", ["risk_percent": "100.01"], "users_risk_percent_range"),
        Row("users", ["risk_percent": "'NaN'"], "users_risk_percent_range"),
        Row("sessions", ["user_id": "gen_random_uuid()"], "sessions_user_id_fkey"),
        Row("sessions", ["expires_at": "now()"], "sessions_expire_later"),
        Row("sessions", ["ended_at": "now()"], "sessions_end_has_reason"),
        Row("sessions", ["end_reason": "'logout'"], "sessions_end_has_reason"),
        Row("sessions", ["ended_at": "now()", "end_reason": "'boredom'"], "sessions_end_reason_known"),
        Row("refresh_tokens", ["session_id": "gen_random_uuid()"], "refresh_tokens_session_id_fkey"),
        Row("refresh_tokens", ["session_id": "NULL"], "23502"),
        Row("refresh_tokens", ["user_id": "gen_random_uuid()"], "refresh_tokens_user_id_fkey"),
        Row("refresh_tokens", ["token_hash": "'taken'"], "idx_refresh_tokens_hash"),
        Row("refresh_tokens", ["expires_at": "now() - interval '1 second'"], "refresh_tokens_expire_later"),
        Row("account_tokens", ["purpose": "'anything'"], "account_tokens_purpose_known"),
        Row("audit_logs", ["ip_address": "NULL"], "23502"), Row("audit_logs", ["ip_address": "'1.2.3'"], "22P02"),
        Row("audit_logs", ["action": "E'login\\nforged'"], "audit_logs_action_spelling"),
        Row("audit_logs", ["user_id": "gen_random_uuid()"], "audit_logs_user_id_fkey"),
        Row("portfolios", ["symbol": "'HELDUSDT'"], "portfolios_user_id_symbol_key"),
        Row("portfolios", ["quantity": "-1"], "market_amount_not_negative"),
        Row("portfolios", ["quantity": "'NaN'"], "market_amount_not_negative"),
        Row("portfolios", ["quantity": "'Infinity'"], "22003"), Row("portfolios", ["quantity": "1e20"], "22003"),
        Row("portfolios", ["avg_buy_price": "-0.000000000000000001"], "market_amount_not_negative"),
        Row("portfolio_transactions", ["quantity": "0"], "portfolio_transactions_quantity_positive"),
        Row("portfolio_transactions", ["side": "'hold'"], "portfolio_transactions_side_known"),
        Row("portfolio_transactions", ["fee": "-1"], "market_amount_not_negative"),
        Row("alerts", ["kind": "'moon'"], "alerts_kind_known"),
        Row("alerts", ["value": "NULL"], "alerts_level_fits_kind"),
        Row("alerts", ["value": "0"], "alerts_level_fits_kind"),
        Row("alerts", ["value": "'NaN'"], "alerts_value_number"),
        Row("alerts", ["kind": "'percent_change'"], "alerts_level_fits_kind"),
        Row("alerts", ["cooldown_seconds": "-1"], "alerts_cooldown_not_negative"),
    ]

    static let refusedMarkets: [Row] = [
        Row("signals", ["direction": "'hold'"], "signals_direction_known"),
        Row("signals", ["direction": "'BUY'"], "signals_direction_known"),
        Row("signals", ["status": "'open'"], "signals_status_known"),
        Row("signals", ["ai_confidence": "-1"], "signals_ai_confidence_range"),
        Row("signals", ["ai_confidence": "101"], "signals_ai_confidence_range"),
        Row("signals", ["ai_triggers": "'{broken'"], "22P02"),
        Row("signals", ["exchange": "'ftx'"], "exchange_name_known"),
        Row("signals", ["min_tier": "'gold'"], "subscription_tier_known"),
        Row("signals", ["symbol": "'btcusdt'"], "market_symbol_spelling"),
        Row("signals", ["symbol": "'BTC-USDT'"], "market_symbol_spelling"),
        Row("signals", ["symbol": "'BTC/USDT'"], "market_symbol_spelling"),
        Row("signals", ["symbol": "'B'"], "market_symbol_spelling"),
        Row("signals", ["symbol": "'-PERP'"], "market_symbol_spelling"),
        Row("signals", ["symbol": "E'BTC\\tUSDT'"], "market_symbol_spelling"),
        Row("signals", ["symbol": "repeat('A', 41)"], "22001"),
        Row("signals", ["symbol": "repeat('币', 14)"], "market_symbol_spelling"),
        Row("signals", ["entry_price": "0"], "market_price_positive"),
        Row("signals", ["entry_price": "-1"], "market_price_positive"),
        Row("signals", ["entry_price": "'NaN'"], "market_price_positive"),
        Row("signals", ["entry_price": "1e20"], "22003"),
        Row("signals", ["stop_loss": "100"], "signals_levels_face_direction"),
        Row("signals", ["stop_loss": "101"], "signals_levels_face_direction"),
        Row("signals", ["direction": "'sell'"], "signals_levels_face_direction"),
        Row("signals", ["take_profit_1": "99"], "signals_levels_face_direction"),
        Row("signals", ["take_profit_1": "110", "take_profit_2": "105"], "signals_levels_face_direction"),
        Row("signals", ["take_profit_2": "110"], "signals_targets_in_order"),
        Row("signals", ["closed_at": "now()"], "signals_active_is_open"),
        Row("signals", ["result_pnl": "1"], "signals_active_is_open"),
        Row("signals", ["outcome": "'tp1'"], "signals_active_is_open"),
        Row("signals", ["outcome": "'won'", "status": "'closed'"], "signals_outcome_known"),
        Row("signals", ["status": "'closed'", "closed_at": "'2000-01-01'"], "signals_closed_after_birth"),
        Row("signals", ["expires_at": "'2000-01-01'"], "signals_expires_after_birth"),
        Row("candles", ["high": "10.5"], "candles_range_holds"), Row("candles", ["low": "10.5"], "candles_range_holds"),
        Row("candles", ["low": "0"], "market_price_positive"),
        Row("candles", ["volume": "-1"], "market_amount_not_negative"),
        Row("candles", ["trades": "-1"], "candles_trades_not_negative"),
        Row("candles", ["interval": "'2m'"], "candle_interval_known"),
        Row("candles", ["open_time": "'2025-01-01 00:01:01Z'"], "candles_open_time_on_grid"),
        Row("candles", ["open_time": "'2025-01-01 00:01:00.001Z'"], "candles_open_time_on_grid"),
        Row("candles", ["interval": "'4h'", "open_time": "'2025-01-01 02:00Z'"], "candles_open_time_on_grid"),
        Row("candles", ["open_time": "'2025-01-01 00:00Z'"], "candles_pkey"),
        Row("candles", ["closed": "NULL"], "23502"),
        Row("candle_gaps", ["to_time": "'2025-01-01 00:01Z'"], "candle_gaps_run_forward"),
        Row("liquidations", ["side": "'buy'"], "liquidations_side_known"),
        Row("pumps", ["status": "'ended'"], "pumps_ended_has_time"),
        Row("pumps", ["ended_at": "now()"], "pumps_ended_has_time"),
        Row("pumps", ["volume_ratio": "'NaN'"], "pumps_volume_ratio_not_negative"),
        Row("pumps", ["score": "'NaN'"], "pumps_score_finite"),
        Row("pumps", ["change_percent": "'NaN'"], "pumps_change_percent_finite"),
        Row("channel_messages", ["channel": "'unknown'"], "channel_messages_channel_fkey"),
        Row("channel_messages", ["sequence": "0"], "channel_messages_sequence_positive"),
        Row("channel_messages", ["min_tier": "'vip'"], "channel_messages_lock_whole"),
        Row("channel_messages", ["locked_payload": "'{}'"], "channel_messages_lock_whole"),
        Row("channels", ["last_sequence": "-1"], "channels_last_sequence_not_negative"),
        Row("leases", ["fencing_token": "0"], "leases_fencing_token_positive"),
    ]

    @Test("Every good row is taken, and every bad one refused by the constraint that is about it")
    func rows() async throws {
        let pool = try PostgresPool.ofTest()
        for statement in [
            "INSERT INTO users (email, password_hash) VALUES ('owner@example.com', 'x')",
            "INSERT INTO channels (name) VALUES ('known')",
            Row("sessions", ["id": Row.session], nil).statement,
            Row("refresh_tokens", ["token_hash": "'taken'"], nil).statement,
            "INSERT INTO portfolios (user_id, symbol, quantity, avg_buy_price) VALUES (\(Row.user), 'HELDUSDT', 1, 1)",
            Row("candles", ["open_time": "'2025-01-01 00:00Z'"], nil).statement,
        ] { try await pool.execute(PostgresQuery(unescaped: statement)) }
        for row in Self.taken + Self.refusedAccounts + Self.refusedMarkets {
            #expect(await outcome(of: row, in: pool) == row.constraint, "\(row.testDescription)")
        }
    }

    /// Tries the row and takes it back, so that the cases do not meet.
    private func outcome(of row: Row, in pool: PostgresPool) async -> String? {
        struct TakenBack: Error {}
        do {
            try await pool.withTransaction { connection in
                try await connection.execute(PostgresQuery(unescaped: row.statement))
                throw TakenBack()
            }
            return nil
        } catch is TakenBack {
            return nil
        } catch {
            let failure = (error as? PostgresError)?.serverFailure
            return failure?.constraint ?? failure?.sqlState.rawValue ?? "\(error)"
        }
    }

    @Test("A signal that is closed without a moment is closed now; one that is given its moment keeps it")
    func closing() async throws {
        let pool = try PostgresPool.ofTest()
        try await pool.execute(PostgresQuery(unescaped: Row("signals", [:], nil).statement))
        try await pool.execute("UPDATE signals SET status = 'closed', outcome = 'tp1', result_pnl = 1.25")
        let rows = try await pool.query("SELECT closed_at - created_at < interval '1 minute' AS soon FROM signals")
        #expect(try rows.first?.decode("soon", as: Bool.self) == true)
        try await pool.execute("UPDATE signals SET closed_at = created_at + interval '1 hour'")
        let kept = try await pool.query("SELECT closed_at = created_at + interval '1 hour' AS kept FROM signals")
        #expect(try kept.first?.decode("kept", as: Bool.self) == true)
    }

    @Test(
        "The audit log takes no change, no deletion and no emptying",
        arguments: [
            "UPDATE audit_logs SET action = 'x'", "UPDATE audit_logs SET user_id = gen_random_uuid()",
            "UPDATE audit_logs SET user_id = NULL, action = 'x'",
            "UPDATE audit_logs SET created_at = now() - interval '1 day'",
            "UPDATE audit_logs SET metadata = NULL, user_id = NULL", "DELETE FROM audit_logs", "TRUNCATE audit_logs",
            "TRUNCATE users CASCADE",
        ]
    )
    func auditLog(statement: String) async throws {
        let pool = try PostgresPool.ofTest()
        try await pool.execute("INSERT INTO users (email, password_hash) VALUES ('owner@example.com', 'x')")
        try await pool.execute(
            "INSERT INTO audit_logs (user_id, action, ip_address, metadata) SELECT id, 'a', '::1', '{\"k\": 1}' FROM users"
        )
        #expect(await pool.refusal(of: statement) == "audit_logs_append_only")
    }

    @Test("Erasing an account takes all that is its own and leaves its audit rows without a name")
    func erasure() async throws {
        let pool = try PostgresPool.ofTest()
        try await pool.execute("INSERT INTO users (email, password_hash) VALUES ('owner@example.com', 'x')")
        try await pool.execute(PostgresQuery(unescaped: Row("sessions", ["id": Row.session], nil).statement))
        for table in ["refresh_tokens", "account_tokens", "portfolios", "portfolio_transactions", "alerts"] {
            try await pool.execute(PostgresQuery(unescaped: Row(table, [:], nil).statement))
        }
        try await pool.execute(
            """
            INSERT INTO devices (user_id, device_hash, first_seen_at, last_seen_at)
            SELECT id, '\\x00', now(), now() FROM users
            """
        )
        try await pool.execute("INSERT INTO recovery_codes (user_id, code_hash) SELECT id, 'c' FROM users")
        try await pool.execute(
            "INSERT INTO notifications (user_id, type, title, message) SELECT id, 't', 't', 'm' FROM users"
        )
        try await pool.execute("INSERT INTO channels (name, user_id) SELECT 'notifications:' || id, id FROM users")
        try await pool.execute(
            "INSERT INTO channel_messages SELECT name, 1, '{}' FROM channels WHERE user_id IS NOT NULL"
        )
        try await pool.execute("INSERT INTO audit_logs (user_id, action, ip_address) SELECT id, 'a', '::1' FROM users")
        try await pool.execute("DELETE FROM users")
        let rows = try await pool.query(
            """
            SELECT (SELECT count(*) FROM refresh_tokens) + (SELECT count(*) FROM account_tokens)
                + (SELECT count(*) FROM portfolios) + (SELECT count(*) FROM portfolio_transactions)
                + (SELECT count(*) FROM alerts) + (SELECT count(*) FROM recovery_codes)
                + (SELECT count(*) FROM notifications) + (SELECT count(*) FROM sessions)
                + (SELECT count(*) FROM devices) + (SELECT count(*) FROM channel_messages WHERE channel <> 'known')
                + (SELECT count(*) FROM channels WHERE user_id IS NOT NULL) AS owned,
                (SELECT count(*) FROM audit_logs WHERE user_id IS NULL) AS nameless
            """
        )
        #expect(try rows.first?.decode("owned", as: Int.self) == 0)
        #expect(try rows.first?.decode("nameless", as: Int.self) == 1)
    }

    @Test("updated_at is set by every change, whatever the statement says")
    func updatedAt() async throws {
        let pool = try PostgresPool.ofTest()
        try await pool.execute("INSERT INTO users (email, password_hash) VALUES ('owner@example.com', 'x')")
        let fresh = try await pool.query("SELECT updated_at FROM users")
        #expect(try fresh.first?.decode("updated_at", as: Date?.self) == .some(nil))
        try await pool.execute("UPDATE users SET is_blocked = true, updated_at = '2000-01-01'")
        let rows = try await pool.query("SELECT updated_at >= created_at AS later FROM users")
        #expect(try rows.first?.decode("later", as: Bool.self) == true)
    }
}
