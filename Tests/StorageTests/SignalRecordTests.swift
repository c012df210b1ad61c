import Accounts
import Channels
import Crypto
import Foundation
import Markets
import MerkleLog
import Postgres
import Signals
import Storage
import Testing

@Suite("The record of signals", .database, .timeLimit(.minutes(5)))
struct SignalRecordTests {
    let pool: PostgresPool
    let record: SignalRecord
    private let key = CheckpointKey(Curve25519.Signing.PrivateKey())

    init() throws {
        pool = try .ofTest()
        record = .postgres(pool)
    }

    /// 2024-01-01 and so many hours.
    private func time(_ hours: Int) -> MarketTime {
        MarketTime(milliseconds: 1_704_067_200_000 + Int64(hours) * 3_600_000)
    }

    private func signal(_ number: Int, _ direction: SignalDirection = .buy) throws -> Signal {
        let prices = (direction == .buy ? ["100.5", "98", "103", "105.5", "108"] : ["100.5", "103", "98", "95", "92"])
        let levels = try prices.map { try #require(Price($0)) }
        return Signal(
            id: UUID(),
            symbol: try #require(Symbol("SOLUSDT-PERP")),
            venue: .binance,
            levels: try SignalLevels(
                direction: direction,
                entry: levels[0],
                stop: levels[1],
                targets: Array(levels[2...])
            ),
            confidence: number.isMultiple(of: 2) ? 53 : nil,
            baseRate: 47,
            triggers: [SignalTrigger(code: .momentum, weight: 640), SignalTrigger(code: .season, weight: -12)],
            strategy: Signal.Strategy(name: "composite", version: 1, isPaper: false),
            timeframe: .oneHour,
            minTier: .pro,
            createdAt: time(number),
            expiresAt: time(number + 24)
        )
    }

    private func draft(_ signal: Signal) -> SignalRecord.Drafting {
        { place in
            ChannelDraft(
                to: .signals,
                payload: #"{"id":"\#(signal.id)","leaf":\#(place.index)}"#,
                createdAt: Date(timeIntervalSince1970: 1_704_067_200)
            )
        }
    }

    private func verdict(_ outcome: SignalOutcome, _ percent: Double, at hours: Int) -> SignalStanding {
        .closed(SignalVerdict(outcome: outcome, resultPercent: percent, resultR: percent / 2, closedAt: time(hours)))
    }

    /// Six signals, of which three have ended, with a checkpoint after the fourth leaf and one at the end.
    @discardableResult
    private func fill() async throws -> [Signal] {
        let keepers = RecordKeeper(record: record, key: key) { _ in }
        try await pool.execute(
            """
            INSERT INTO signal_log_keys (id, public_key, sealed_private_key, created_at)
            VALUES (\(key.id), \(PostgresBytes(key.publicKey.rawRepresentation)), '', now())
            """
        )
        var signals: [Signal] = []
        for number in 0..<6 {
            let signal = try signal(number, number.isMultiple(of: 3) ? .sell : .buy)
            signals.append(signal)
            _ = try await record.publish(signal, draft(signal))
            if number == 3 { _ = try await keepers.sign(at: time(3).milliseconds + 1_000) }
        }
        _ = try await record.conclude(signals[0].id, verdict(.tp1, 0.67, at: 7), draft(signals[0]))
        _ = try await record.conclude(signals[1].id, verdict(.stopLoss, -2.24, at: 8), draft(signals[1]))
        _ = try await record.conclude(signals[2].id, .cancelled(.entryMissed, at: time(9)), draft(signals[2]))
        _ = try await keepers.sign(at: time(9).milliseconds + 1_000)
        return signals
    }

    /// As a superuser who turns off what refuses changes.
    private func tamper(_ statements: String...) async throws {
        try await pool.withTransaction { connection in
            try await connection.execute("SET LOCAL session_replication_role = replica")
            for statement in statements { try await connection.execute(PostgresQuery(unescaped: statement)) }
        }
    }

    @Test("A record that nobody touched is whole, and every signal reads back as it was published")
    func whole() async throws {
        let signals = try await fill()
        let (verified, fault) = try await record.verify(kept: [])
        #expect(fault == nil)
        #expect(verified.size == 9)
        #expect(verified == (try await record.head()))
        let stored = try await record.signals(nil, 100)
        #expect(Set(stored.map(\.signal)) == Set(signals))
        let ended = try #require(stored.first { $0.signal.id == signals[1].id })
        #expect(ended.standing == verdict(.stopLoss, -2.24, at: 8))
        #expect(ended.place?.index == 1)
    }

    @Test("A signal is born once and ends once, with one leaf and one message each")
    func once() async throws {
        let signal = try signal(0)
        let (record, draft) = (record, draft(signal))
        let places = try await withThrowingTaskGroup(of: RecordPlace?.self) { group in
            for _ in 0..<6 { group.addTask { try await record.publish(signal, draft) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(places.compactMap(\.self).count == 1)
        let end = verdict(.expired, 0.1, at: 24)
        #expect(try await record.conclude(signal.id, end, draft) != nil)
        #expect(try await record.conclude(signal.id, end, draft) == nil)
        #expect(try await record.conclude(UUID(), end, draft) == nil)
        #expect(try await record.head().size == 2)
        #expect(try await ChannelLog.postgres(pool).read([.signals: 0])[.signals]?.entries.count == 2)
    }

    @Test("What cannot be told is not recorded either")
    func atomic() async throws {
        let signal = try signal(0)
        try await pool.execute("ALTER TABLE channel_messages ADD CONSTRAINT none CHECK (false) NOT VALID")
        await #expect(throws: (any Error).self) { try await record.publish(signal, draft(signal)) }
        #expect(try await record.head().size == 0)
        #expect(try await record.signals(nil, 10).isEmpty)
    }

    @Test(
        "The application itself cannot change a leaf or a checkpoint",
        arguments: ["signal_log", "signal_log_checkpoints"]
    )
    func appendOnly(table: String) async throws {
        try await fill()
        #expect(await pool.refusal(of: "DELETE FROM \(table)") == "signal_log_append_only")
        #expect(await pool.refusal(of: "TRUNCATE \(table)") == "signal_log_append_only")
    }

    @Test("An edited leaf is named")
    func editedLeaf() async throws {
        let signals = try await fill()
        try await tamper("UPDATE signal_log SET content = replace(content, '100.5', '100.6') WHERE leaf_index = 2")
        #expect(try await record.verify(kept: []).fault == .altered(index: 2, signal: signals[2].id))
    }

    @Test("A leaf that was edited with its hash and the head is found by the checkpoint")
    func rewritten() async throws {
        try await fill()
        try await tamper(
            "UPDATE signal_log SET content = replace(content, '100.5', '100.6') WHERE leaf_index = 2",
            """
            UPDATE signal_log SET leaf_hash = sha256('\\x00'::bytea || convert_to(content, 'UTF8')) WHERE leaf_index = 2
            """
        )
        #expect(try await record.verify(kept: []).fault == .rewritten(size: 4))
    }

    @Test(
        "What is shown otherwise than it was recorded is named",
        arguments: [
            "UPDATE signals SET stop_loss = 97 WHERE direction = 'buy'",
            "UPDATE signals SET result_pnl = 5 WHERE status = 'closed'",
            "UPDATE signals SET created_at = created_at - interval '1 hour'",
            "UPDATE signals SET outcome = 'tp3' WHERE outcome = 'stop_loss'",
            "UPDATE signals SET ai_confidence = 90",
        ]
    )
    func editedSignal(statement: String) async throws {
        try await fill()
        try await tamper(statement)
        let fault = try #require(try await record.verify(kept: []).fault)
        guard case .shownOtherwise = fault else {
            Issue.record("found \(fault)")
            return
        }
    }

    @Test("A deleted leaf is missing, a deleted signal hidden, a signal put in past the record unrecorded")
    func deleted() async throws {
        let signals = try await fill()
        try await tamper("DELETE FROM signals WHERE id = '\(signals[4].id)'")
        #expect(try await record.verify(kept: []).fault == .hidden(signal: signals[4].id))
        try await tamper("DELETE FROM signal_log WHERE leaf_index = 5")
        #expect(try await record.verify(kept: []).fault == .missing(index: 5))
    }

    @Test("A signal put in past the record, and an end that it does not hold, are named")
    func unrecorded() async throws {
        let signals = try await fill()
        try await tamper(
            """
            UPDATE signals SET status = 'closed', outcome = 'tp3', result_pnl = 9, closed_at = expires_at
            WHERE id = '\(signals[5].id)'
            """
        )
        #expect(try await record.verify(kept: []).fault == .unrecorded(signal: signals[5].id))
    }

    @Test("A tail that was cut off with the head is found by the checkpoint, and by a head that was kept elsewhere")
    func cut() async throws {
        try await fill()
        let kept = try await record.head()
        try await tamper(
            "DELETE FROM signal_log WHERE leaf_index >= 4",
            "DELETE FROM signals WHERE id NOT IN (SELECT signal_id FROM signal_log)"
        )
        #expect(try await record.verify(kept: []).fault == .cut(from: 4, size: 9))
        try await rebuildHead(leaves: 4)
        #expect(try await record.verify(kept: []).fault == .cut(from: 4, size: 9))
        try await tamper("DELETE FROM signal_log_checkpoints WHERE size > 4")
        #expect(try await record.verify(kept: [kept]).fault == .cut(from: 4, size: 9))
    }

    @Test("A record that was written anew as a whole is another than the one that somebody was shown")
    func forked() async throws {
        try await fill()
        let shown = try await record.head()
        try await tamper(
            "UPDATE signal_log SET content = replace(content, '\"confidence\":53', '\"confidence\":63')",
            "UPDATE signal_log SET leaf_hash = sha256('\\x00'::bytea || convert_to(content, 'UTF8'))",
            "UPDATE signals SET ai_confidence = 63 WHERE ai_confidence = 53",
            "DELETE FROM signal_log_checkpoints"
        )
        try await rebuildHead(leaves: 9)
        #expect(try await record.verify(kept: []).fault == nil)
        #expect(try await record.verify(kept: [shown]).fault == .rewritten(size: 9))
    }

    @Test("A signal that says it is older than the record was when it came is named")
    func backDated() async throws {
        try await fill()
        let late = try signal(1)
        _ = try await record.publish(late, draft(late))
        #expect(try await record.verify(kept: []).fault == .backDated(index: 9, signal: late.id))
    }

    @Test("A checkpoint of another key is named")
    func foreignCheckpoint() async throws {
        try await fill()
        let other = CheckpointKey(Curve25519.Signing.PrivateKey())
        let head = try await record.head()
        try await record.keep(
            other.sign(Checkpoint(origin: SignalRecord.origin, size: head.size, root: head.root, signedAt: 5))
        )
        #expect(try await record.verify(kept: []).fault == .unsigned(size: 9))
    }

    @Test("The key is made once, and sealed with a secret that is not in the database")
    func keys() async throws {
        let box = try #require(SecretBox(secrets: [Secret(String(repeating: "k", count: 32))]))
        let first = try await CheckpointKey.obtain(from: pool, box: box, at: Date())
        let second = try await CheckpointKey.obtain(from: pool, box: box, at: Date())
        #expect(first.id == second.id)
        #expect(try await record.keys().map(CheckpointKey.id(of:)) == [first.id])
        let other = try #require(SecretBox(secrets: [Secret(String(repeating: "o", count: 32))]))
        await #expect(throws: CheckpointKeyError.sealedOtherwise) {
            try await CheckpointKey.obtain(from: pool, box: other, at: Date())
        }
    }

    /// What a forger would put in the head's place.
    private func rebuildHead(leaves: Int) async throws {
        var frontier = MerkleFrontier.empty
        for logged in try await record.entries(0, leaves) { frontier.append(logged.leaf) }
        let peaks = frontier.peaks.map(\.hex).joined(separator: " ")
        try await tamper("UPDATE signal_log_head SET size = \(frontier.size), peaks = '\(peaks)'")
    }
}
