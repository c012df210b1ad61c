import APIContract
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Postgres
import TestKit
import Testing
import WebSockets

@Suite("Crashes", .fewAtOnce, .timeLimit(.minutes(5)))
struct CrashTests {
    /// A candle as another session of the database saw it.
    private struct Row: Hashable {
        let key: String
        let values: String
    }

    @Test("kill -9 while candles are written heavily, ten times over: what was acknowledged is there, once")
    func killDuringWriting() async throws {
        let folder = try ServerProcess.makeFolder()
        let file = folder + "/BTCUSDT-1m-2025-01.csv"
        try Self.recording(candles: 40_000).write(toFile: file, atomically: true, encoding: .utf8)
        for round in 1...10 {
            let writer = try await ServerProcess(["replay", file], dataDirectory: folder)
            let ledger = try await Self.acknowledged(atLeast: 2_000 + round * 500, by: writer)
            writer.signal(SIGKILL)
            _ = await writer.ended()
            // The next start recovers the cluster by itself; the simulated market leaves the replay's tables alone.
            let restarted = try await ServerProcess(["serve"], dataDirectory: folder)
            let rows = try await Self.withPool(of: restarted) { try await Self.rows($0) }
            let present = Set(rows)
            #expect(ledger.subtracting(present).isEmpty, "round \(round)")
            #expect(Set(rows.map(\.key)).count == rows.count, "round \(round)")
            await restarted.stop()
        }
    }

    /// Waits until another session sees so many candles, and takes down what it sees.
    private static func acknowledged(atLeast count: Int, by server: ServerProcess) async throws -> Set<Row> {
        try await withPool(of: server) { pool in
            while try await self.count(pool) < count {}
            return Set(try await rows(pool))
        }
    }

    private static func withPool<T>(
        of server: ServerProcess,
        _ body: (PostgresPool) async throws -> sending T
    ) async throws -> sending T {
        let configuration = PostgresConfiguration(
            socketDirectory: server.socketDirectory,
            user: PrivateCluster.user,
            database: PrivateCluster.database
        )
        let pool = PostgresPool(configuration: configuration, logger: Logger(label: "test"))
        do {
            let answer = try await body(pool)
            await pool.close()
            return answer
        } catch {
            await pool.close()
            throw error
        }
    }

    /// How many are there; the question waits for the disk, as the writer does, so that the writer has the processors.
    private static func count(_ pool: PostgresPool) async throws -> Int {
        let rows = try await pool.query(
            """
            SELECT count(*), pg_logical_emit_message(true, 'asked', '')
            FROM replayed.candles WHERE closed AND interval = '1m'
            """
        )
        return try rows.first?.decode(at: 0) ?? 0
    }

    private static func rows(_ pool: PostgresPool) async throws -> [Row] {
        let rows = try await pool.query(
            """
            SELECT concat_ws(' ', exchange, symbol, interval, open_time) AS key,
                concat_ws(' ', open, high, low, close, volume, quote_volume, trades) AS values
            FROM replayed.candles WHERE closed AND interval = '1m'
            """
        )
        return try rows.map { Row(key: try $0.decode("key"), values: try $0.decode("values")) }
    }

    /// A candle file in the exchange's own export shape.
    private static func recording(candles: Int) -> String {
        var text = "open_time_ms,open,high,low,close,volume\n"
        for index in 0..<candles {
            let price = 90_000 + index % 977
            text +=
                "\(1_735_689_600_000 + index * 60_000),\(price).5,\(price + 9).25,\(price - 7).75,\(price + 1),\(index % 50).125\n"
        }
        return text
    }

    @Test("SIGTERM: sockets get 1012 with a hint when to come back, and the program ends well within ten seconds")
    func drain() async throws {
        let server = try await ServerProcess()
        let client = try await TestClient.registered(server)
        let socket = try await TestSocket(client)
        _ = try #require(try await socket.first("welcome"))
        let clock = ContinuousClock()
        let start = clock.now
        server.signal(SIGTERM)
        let closure = try await socket.connection.closed.get()
        #expect(closure.code == CloseCode.restarting.rawValue)
        #expect(closure.reason.wholeMatch(of: /retry in \d+ ms/) != nil)
        #expect(await server.ended() == 0)
        // The promise is ten seconds; this is no measurement.
        #expect(clock.now - start < .seconds(10))
    }

    @Test("Without its database the server says 503 and to come back, and heals when the database does")
    func databaseKilled() async throws {
        let server = try await ServerProcess()
        let client = try await TestClient.registered(server)
        let file = server.dataDirectory + "/data/postgres/data/postmaster.pid"
        let line = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").first
        kill(try #require(line.flatMap { Int32($0) }), SIGKILL)
        var statuses: Set<Int> = []
        repeat {
            let answer = try await client.post(
                "/api/v1/auth/login",
                LoginRequest(email: "nobody@example.com", password: "wrong horse battery")
            )
            statuses.insert(answer.status)
            if answer.status == 503 { #expect(answer.headers.first(name: "retry-after") != nil) }
        } while !statuses.contains(401)
        #expect(statuses.subtracting([401, 503]).isEmpty)
        await server.stop()
    }

    @Test("A taken port ends the start at once")
    func takenPort() async throws {
        let server = try await ServerProcess()
        let port = try #require(server.address.split(separator: ":").last)
        let error = await #expect(throws: ServerProcess.StartFailure.self) {
            _ = try await ServerProcess(environment: ["PORT": String(port)])
        }
        #expect(error?.description.lowercased().contains("address already in use") == true)
        await server.stop()
    }

    @Test("What the operator wrote wrong is said in one line each, and nothing starts")
    func settings() async throws {
        let error = await #expect(throws: ServerProcess.StartFailure.self) {
            _ = try await ServerProcess(
                ["serve", "--nope", "1"],
                environment: ["PORT": "http", "JWT_SECRET": "short"]
            )
        }
        let lines = error?.description.split(separator: "\n").dropFirst().map(String.init) ?? []
        #expect(
            lines == [
                "PORT=http: expected a whole number from 0 to 65535",
                "JWT_SECRET=****: expected at least 32 bytes of text",
                "--nope: no such setting (flag); `tradepulse config` lists them",
                "1: no such setting (flag); `tradepulse config` lists them",
            ]
        )
    }

    @Test("Production starts neither without a secret nor on a schema that is behind")
    func production() async throws {
        let secretless = await #expect(throws: ServerProcess.StartFailure.self) {
            _ = try await ServerProcess(environment: ["APP_ENV": "production"])
        }
        #expect(secretless?.description.contains("JWT_SECRET is not set") == true)
        let behind = await #expect(throws: ServerProcess.StartFailure.self) {
            _ = try await ServerProcess(
                environment: [
                    "APP_ENV": "production", "JWT_SECRET": "0123456789abcdef0123456789abcdef",
                    "JWT_REFRESH_SECRET": "fedcba9876543210fedcba9876543210",
                    "ENCRYPTION_KEY": "89abcdef0123456789abcdef01234567",
                ]
            )
        }
        #expect(behind?.description.contains("migrate") == true)
    }
}
