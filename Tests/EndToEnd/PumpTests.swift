import APIContract
import Foundation
import Postgres
import TestKit
import Testing

@Suite("A pump through the running program", .fewAtOnce, .timeLimit(.minutes(3)))
struct PumpTests {
    @Test("A recorded pump is stored, told on the channel step by step, and its watcher gets a notice; others do not")
    func recorded() async throws {
        let before = try await ServerProcess()
        var client = TestClient(before)
        let account = RegisterRequest(email: "jane@example.com", password: "correct horse battery")
        client.token = try await client.post("/api/v1/auth/register", account).decoded(TokenPair.self).accessToken
        let stranger = try await TestClient.registered(before)
        #expect(try await stranger.get("/api/v1/pumps").status == 403)
        #expect(try await Command(["admin", "grant", "jane@example.com", "pro"], beside: before).status == 0)
        _ = try await GuardedServerTests.withPool(of: before) { pool in
            try await pool.execute(
                """
                INSERT INTO alerts (user_id, symbol, kind, cooldown_seconds)
                SELECT id, 'ABCUSDT', 'pump', 60 FROM users WHERE email = 'jane@example.com'
                """
            )
        }
        await before.stop()

        let file = before.dataDirectory + "/ABCUSDT-trades.csv"
        try Self.tape().write(toFile: file, atomically: true, encoding: .utf8)
        let server = try await ServerProcess(["replay", file], dataDirectory: before.dataDirectory)
        var again = TestClient(server)
        again.token = client.token
        let socket = try await TestSocket(again)
        let epoch = try #require(try await socket.first("welcome")?["epoch"] as? String)
        // From the first message on, whether or not the recording is over by then.
        socket.send(
            #"{"type":"subscribe","channels":["pumps"],"resume":{"epoch":"\#(epoch)","sequences":{"pumps":0}}}"#
        )
        var statuses: [String] = []
        var sequence = 0
        while statuses.last != "ended" {
            let message = try #require(try await socket.first("pump"))
            #expect(message["sequence"] as? Int == sequence + 1)
            sequence += 1
            let status = try #require(message["status"] as? String)
            if status != statuses.last { statuses.append(status) }
        }
        #expect(statuses == ["started", "peaked", "dumping", "ended"])

        let pumps = try await again.get("/api/v1/pumps?symbol=ABCUSDT").decoded(PumpPage.self).items
        let pump = try #require(pumps.first)
        #expect(pumps.count == 1 && pump.status == "ended" && !pump.late && pump.changePercent > 10)
        #expect(pump.triggers.contains { $0.code == "rush_orders" })
        let quality = try await again.get("/api/v1/pumps/quality").decoded(PumpQualityView.self)
        #expect(quality.alerts == 1 && quality.falseAlerts == 0 && quality.rises == 1 && quality.recall == 1)
        #expect(quality.falseAlertsPerSymbolDay == 0 && !quality.muted)
        let notices = try await GuardedServerTests.withPool(of: server) { pool in
            try await pool.query(
                """
                SELECT users.email FROM notifications JOIN users ON users.id = notifications.user_id
                WHERE notifications.type = 'pump'
                """
            ).map { try $0.decode("email", as: String.self) }
        }
        #expect(notices == ["jane@example.com"])
        await server.stop()
    }

    /// Four quiet hours, a crowd for fifteen seconds, half a minute at the top, and the way down.
    private static func tape() -> String {
        var time: Int64 = 1_700_000_000_000
        var lines = ["time_ms,side,price,qty"]
        func trade(_ price: Double, _ amount: Double, _ side: String = "buy", after milliseconds: Int64) {
            time += milliseconds
            lines.append("\(time),\(side),\(String(format: "%.6f", price)),\(amount)")
        }
        for index in 0..<960 {
            let price = 100 * (1 + 0.002 * sin(Double(index) * 0.7))
            trade(price, 1 + Double(index % 7) * 0.5, index.isMultiple(of: 2) ? "buy" : "sell", after: 15_000)
        }
        for order in 0..<60 {
            let level = 100 * (1 + 0.12 * Double(order + 1) / 60)
            trade(level, 20 + Double(order % 5) * 17, after: 250)
            for fill in 1...3 { trade(level * (1 + 0.0005 * Double(fill)), 4 + Double(fill * 9), after: 0) }
        }
        for step in 0..<40 { trade(111 - Double(step) * 0.27, 3, "sell", after: 5_000) }
        return lines.joined(separator: "\n") + "\n"
    }
}
