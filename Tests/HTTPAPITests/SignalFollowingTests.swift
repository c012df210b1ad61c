import APIContract
import Accounts
import Foundation
import MerkleLog
import NIOCore
import Postgres
import RecordFollowing
import Signals
import Storage
import Synchronization
import TestKit
import Testing

/// A client that has followed the record since its sixth entry, and whoever may write everything in the database, restart
/// the server and sign what they like.
@Suite("A client that holds the server to the record", .timeLimit(.minutes(5)))
struct SignalFollowingTests {
    /// What a client keeps: the follower and the signals it was shown.
    private struct Client {
        var follower: RecordFollower
        var shown: [SignalView] = []

        init(_ stand: SignalStand, _ token: String) async throws {
            follower = try RecordFollower(key: try await Self.get("/log/key", stand, token))
        }

        /// Believes the record as it is now.
        mutating func follow(_ stand: SignalStand, _ token: String) async throws {
            let checkpoint: SignalCheckpointView = try await Self.get("/log/checkpoint", stand, token)
            var growth: SignalConsistencyView?
            if follower.size > 0, follower.size < checkpoint.size {
                growth = try await Self.get(
                    "/log/consistency?from=\(follower.size)&to=\(checkpoint.size)",
                    stand,
                    token
                )
            }
            try follower.believe(checkpoint, growth: growth)
        }

        /// Takes every signal that is shown, and holds it to the record.
        mutating func read(_ stand: SignalStand, _ token: String) async throws {
            let page: SignalPage = try await Self.get("?limit=200", stand, token)
            shown = page.items.compactMap { if case .shown(let signal) = $0 { signal } else { nil } }
            for signal in shown { try await check(signal, stand, token) }
        }

        /// Holds what was shown before to the record.
        func check(_ signal: SignalView, _ stand: SignalStand, _ token: String) async throws {
            let path = "/log/inclusion/\(signal.id)?size=\(follower.size)"
            let publication: SignalInclusionView? = try? await Self.get(path, stand, token)
            let outcome: SignalInclusionView? = try? await Self.get(path + "&entry=outcome", stand, token)
            try follower.check(signal, publication: publication, outcome: outcome)
        }

        private struct Missing: Error {}

        static func get<Value: Decodable>(
            _ path: String,
            _ stand: SignalStand,
            _ token: String
        ) async throws -> Value {
            let answer = try await stand.get(path, token)
            guard answer.status == 200 else { throw Missing() }
            return try JSONDecoder().decode(Value.self, from: Data(answer.body.readableBytesView))
        }
    }

    /// Five signals, one of which has ended, signed; then two more, signed again.
    private static func fill(_ stand: SignalStand) async throws {
        var draft = SignalStand.Draft()
        draft.confidence = 53
        for number in 0..<5 {
            draft.born = number
            let signal = try await stand.publish(draft)
            if number == 0 { try await stand.close(signal, .tp1, 0.67) }
        }
        try await stand.sign()
    }

    private static func tamper(_ pool: PostgresPool, _ statements: [String]) async throws {
        try await pool.withTransaction { connection in
            try await connection.execute("SET LOCAL session_replication_role = replica")
            for statement in statements { try await connection.execute(PostgresQuery(unescaped: statement)) }
        }
    }

    /// Puts the head in order with whatever the log holds now, and signs it.
    private static func rebuild(_ stand: SignalStand) async throws {
        var frontier = MerkleFrontier.empty
        for logged in try await stand.record.entries(0, 1_000) { frontier.append(logged.leaf) }
        let peaks = frontier.peaks.map(\.hex).joined(separator: " ")
        try await tamper(
            stand.pool,
            [
                "DELETE FROM signal_log_checkpoints",
                "UPDATE signal_log_head SET size = \(frontier.size), peaks = '\(peaks)'",
            ]
        )
        try await stand.sign()
    }

    private static let rehash =
        "UPDATE signal_log SET leaf_hash = sha256('\\x00'::bytea || convert_to(content, 'UTF8'))"

    /// A client that follows an honest server, then what happens to the database, and what the client makes of it.
    private func doubt(
        after statements: [String],
        rebuilt: Bool = true,
        also more: @Sendable (SignalStand) async throws -> Void = { _ in },
        reading: Bool = false
    ) async throws -> RecordDoubt? {
        let found = Mutex<RecordDoubt?>(nil)
        try await SignalStand.serving { stand in
            try await Self.fill(stand)
            let token = try await stand.token(.vip)
            var honest = try await Client(stand, token)
            try await honest.follow(stand, token)
            try await honest.read(stand, token)
            #expect(honest.follower.size == 6 && honest.shown.count == 5)
            try await Self.tamper(stand.pool, statements)
            if rebuilt { try await Self.rebuild(stand) }
            try await more(stand)
            let client = honest
            try await stand.restarted { again in
                var client = client
                let token = try await again.token(.vip)
                let kept = client.shown
                do {
                    try await client.follow(again, token)
                    if reading {
                        try await client.read(again, token)
                    } else {
                        for signal in kept { try await client.check(signal, again, token) }
                    }
                } catch let error as RecordDoubt {
                    found.withLock { $0 = error }
                }
            }
        }
        return found.withLock { $0 }
    }

    @Test("A record that goes on is believed, checkpoint by checkpoint, signal by signal")
    func honest() async throws {
        let found = try await doubt(
            after: [],
            rebuilt: false,
            also: { stand in
                var draft = SignalStand.Draft()
                draft.born = 100 * 24 + 366 * 24
                draft.confidence = 53
                try await stand.publish(draft)
                try await stand.sign()
            },
            reading: true
        )
        #expect(found == nil)
    }

    @Test("A signal that is shown otherwise than it was recorded")
    func edited() async throws {
        let found = try await doubt(
            after: ["UPDATE signals SET stop_loss = 62000 WHERE status = 'active'"],
            rebuilt: false,
            reading: true
        )
        guard case .shownOtherwise(_, "stopLoss") = found else {
            Issue.record("found \(String(describing: found))")
            return
        }
    }

    @Test("A signal that was edited with its entry, the entry's hash, the head and the signature")
    func rewritten() async throws {
        let found = try await doubt(
            after: ["UPDATE signal_log SET content = replace(content, '63000', '62000')", Self.rehash]
        )
        #expect(found == .forked(size: 6))
    }

    @Test("A signal that was deleted, and one that was deleted with its entry")
    func deleted() async throws {
        let first = "(SELECT signal_id FROM signal_log WHERE leaf_index = 1)"
        let hidden = try await doubt(after: ["DELETE FROM signals WHERE id = \(first)"], rebuilt: false)
        guard case .withdrawn = hidden else {
            Issue.record("found \(String(describing: hidden))")
            return
        }
        let gone = try await doubt(
            after: [
                "DELETE FROM signals WHERE id = \(first)", "DELETE FROM signal_log WHERE leaf_index = 1",
                "UPDATE signal_log SET leaf_index = leaf_index - 1 WHERE leaf_index > 1",
            ]
        )
        #expect(gone == .cut(from: 6, to: 5))
    }

    @Test("A signal that is dated before the record held it")
    func backDated() async throws {
        let found = try await doubt(
            after: [],
            rebuilt: false,
            also: { stand in
                var draft = SignalStand.Draft()
                draft.born = 7
                try await stand.publish(draft)
                try await stand.sign()
            },
            reading: true
        )
        guard case .backDated = found else {
            Issue.record("found \(String(describing: found))")
            return
        }
    }

    @Test("A tail that was cut off")
    func cut() async throws {
        let found = try await doubt(
            after: [
                "DELETE FROM signal_log WHERE leaf_index >= 4",
                "DELETE FROM signals WHERE id NOT IN (SELECT signal_id FROM signal_log)",
            ]
        )
        #expect(found == .cut(from: 6, to: 4))
    }

    @Test("A tail that was cut off and replaced by as much, and more")
    func replaced() async throws {
        let found = try await doubt(
            after: [
                "DELETE FROM signal_log WHERE leaf_index >= 4",
                "DELETE FROM signals WHERE id NOT IN (SELECT signal_id FROM signal_log)",
            ],
            also: { stand in
                for number in 0..<4 {
                    var draft = SignalStand.Draft()
                    draft.born = 200 + number
                    try await stand.publish(draft)
                }
                try await stand.sign()
            }
        )
        #expect(found == .forked(size: 8))
    }

    @Test("Another record for one client: it does not go on from what that client was shown, nor from what others were")
    func forked() async throws {
        try await SignalStand.serving { stand in
            try await Self.fill(stand)
            let token = try await stand.token(.vip)
            var client = try await Client(stand, token)
            try await client.follow(stand, token)
            let (shown, theirs) = (client, token)
            try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { other in
                for row in try await stand.pool.query("SELECT id, public_key FROM signal_log_keys") {
                    let (id, key): (String, PostgresBytes) = (try row.decode("id"), try row.decode("public_key"))
                    try await other.execute(
                        """
                        INSERT INTO signal_log_keys (id, public_key, sealed_private_key, created_at)
                        VALUES (\(id), \(key), '', now())
                        """
                    )
                }
                try await stand.restarted(on: other) { fork in
                    try await Self.fill(fork)
                    let token = try await fork.token(.vip)
                    var client = shown
                    await #expect(throws: RecordDoubt.forked(size: 6)) { try await client.follow(fork, token) }
                    // Who came after the fork has nothing to compare with, until somebody shows what they were shown.
                    var newcomer = try await Client(fork, token)
                    try await newcomer.follow(fork, token)
                    try await newcomer.read(fork, token)
                    let elsewhere: SignalCheckpointView = try await Client.get("/log/checkpoint", stand, theirs)
                    #expect(throws: RecordDoubt.forked(size: 6)) {
                        try newcomer.follower.compare(elsewhere, growth: nil)
                    }
                }
            }
        }
    }

    @Test("A checkpoint of another key is not believed")
    func unsigned() async throws {
        try await SignalStand.serving { stand in
            try await Self.fill(stand)
            let token = try await stand.token(.vip)
            var client = try await Client(stand, token)
            var checkpoint: SignalCheckpointView = try await Client.get("/log/checkpoint", stand, token)
            checkpoint.size = 5
            #expect(throws: RecordDoubt.unsigned) { try client.follower.believe(checkpoint, growth: nil) }
            #expect(client.follower.size == 0)
        }
    }
}
