import Accounts
import Foundation
import Markets
import Postgres
import Signals
import Storage
import TestKit
import Testing

@Suite("Signals through servers that are killed", .fewAtOnce, .timeLimit(.minutes(5)))
struct SignalTests {
    private static let count = 300

    /// Servers on the live market that nobody answers for: what they know of their signals is that their time is over.
    private static func environment(_ pool: PostgresPool) -> [String: String] {
        let nobody = "127.0.0.1:9"
        return ServerProcess.sharing(pool).merging(
            [
                "MARKET_SOURCE": "live", "BINANCE_REST_URL": "http://" + nobody, "BINANCE_WS_URL": "ws://" + nobody,
                "BINANCE_FUTURES_REST_URL": "http://" + nobody, "BINANCE_FUTURES_WS_URL": "ws://" + nobody,
            ]
        ) { $1 }
    }

    /// Signals of ten days ago that nobody has ended.
    private static func publish(_ record: SignalRecord) async throws {
        let start = MarketTime(milliseconds: Int64(Date().timeIntervalSince1970) * 1_000 - 10 * 86_400_000)
        let prices = try ["100", "98", "102", "104", "106"].map { try #require(Price($0)) }
        for number in 0..<count {
            let born = start.adding(milliseconds: Int64(number) * 60_000)
            let signal = Signal(
                id: UUID(),
                symbol: try #require(Symbol("BTCUSDT-PERP")),
                venue: .binance,
                levels: try SignalLevels(
                    direction: .buy,
                    entry: prices[0],
                    stop: prices[1],
                    targets: Array(prices[2...])
                ),
                confidence: nil,
                baseRate: 47,
                triggers: [],
                strategy: Signal.Strategy(name: "composite", version: 1, isPaper: false),
                timeframe: .oneHour,
                minTier: .free,
                createdAt: born,
                expiresAt: born.adding(milliseconds: 86_400_000)
            )
            let told = Date(timeIntervalSince1970: Double(born.milliseconds) / 1_000)
            _ = try await record.publish(signal) { place in
                SignalText.message(StoredSignal(signal: signal, standing: .active, place: place), at: told)
            }
        }
    }

    private static func number(_ pool: PostgresPool, _ query: PostgresQuery) async throws -> Int {
        try await pool.query(query).first?.decode(at: 0) ?? 0
    }

    private static func ended(_ pool: PostgresPool) async throws -> Int {
        try await number(pool, "SELECT count(*) FROM signal_log WHERE kind = 'outcome'")
    }

    /// The process that does it, by the lease.
    private static func leader(_ pool: PostgresPool) async throws -> Int32? {
        let holder = try await pool.query("SELECT holder FROM leases WHERE name = 'signals'").first?
            .decode("holder", as: String.self)
        return holder?.split(separator: " ").first.flatMap { Int32($0) }
    }

    private static func claims(_ server: ServerProcess) async throws -> Bool {
        let text = try await TestClient(server).get("/metrics").text
        return text.contains(#"tradepulse_job_held{job="signals"} 1.0"#)
    }

    @Test("kill -9 of whichever server follows them, three times: another goes on, and every signal ends once")
    func killed() async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            try await Self.publish(.postgres(pool))
            let environment = Self.environment(pool)
            var servers = [
                try await ServerProcess(environment: environment), try await ServerProcess(environment: environment),
            ]
            for round in 0..<3 {
                while try await Self.ended(pool) <= round * Self.count / 4 {}
                var leader: ServerProcess?
                while leader == nil {
                    // The one before may have got farther than this before it was gone.
                    let number = try await Self.leader(pool)
                    leader = servers.first { $0.processID == number }
                }
                let dying = try #require(leader)
                dying.signal(SIGKILL)
                _ = await dying.ended()
                servers.removeAll { $0.processID == dying.processID }
                servers.append(try await ServerProcess(environment: environment))
            }
            while try await Self.ended(pool) < Self.count {}
            // One of them does it, and says so.
            var claims = 0
            while claims == 0 {
                for server in servers where try await Self.claims(server) { claims += 1 }
            }
            #expect(claims == 1)

            let twice = 2 * Self.count
            #expect(try await Self.number(pool, "SELECT count(*) FROM signal_log") == twice)
            #expect(try await Self.number(pool, "SELECT count(DISTINCT (signal_id, kind)) FROM signal_log") == twice)
            let told: PostgresQuery = "SELECT count(*) FROM channel_messages WHERE channel = 'signals'"
            #expect(try await Self.number(pool, told) == twice)
            #expect(try await Self.number(pool, "SELECT count(*) FROM signals WHERE status = 'active'") == 0)
            #expect(try await Self.number(pool, "SELECT fencing_token FROM leases WHERE name = 'signals'") >= 4)
            let verified = try await Command(
                ServerProcess.program,
                ["record", "verify"],
                environment: environment.merging(["DATA_DIR": servers[0].dataDirectory + "/data"]) { $1 }
            )
            #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
            #expect((verified.output + verified.errors).contains("whole: \(twice) entries"))
            // Told to go, the one that does it gives it back.
            for server in servers { await server.stop() }
            let free: PostgresQuery = "SELECT count(*) FROM leases WHERE expires_at <= clock_timestamp()"
            #expect(try await Self.number(pool, free) == 1)
        }
    }
}
