import Postgres
import TestKit
import Testing

@Suite("Connection settings")
struct TargetTests {
    @Test("A connection string is read as libpq reads it, several hosts and their attributes included")
    func hosts() throws {
        let target = try PostgresTarget(
            "postgresql://app:p%40ss@db1:5433,db2:5434/trade?target_session_attrs=read-write&sslmode=require"
        )
        #expect(target["host"] == "db1,db2")
        #expect(target["port"] == "5433,5434")
        #expect(target["password"] == "p@ss")
        #expect(target["target_session_attrs"] == "read-write")
        #expect(target["sslmode"] == "require")
        let next = target.rotated(by: 1)
        #expect(next["host"] == "db2,db1")
        #expect(next["port"] == "5434,5433")
        #expect(target.rotated(by: 2)["host"] == "db1,db2")
        #expect(try PostgresTarget("host=/run dbname=x user=y").rotated(by: 3)["host"] == "/run")
    }

    @Test(
        "A string that is none is refused without being repeated",
        arguments: [
            "postgresql://u:hunter2@h:1/d?nonsense=1", "host=h password=hunter2 whatever", "postgresql://u:hunter2@[",
            "a\0b",
        ]
    )
    func refused(text: String) {
        let error = #expect(throws: PostgresError.self) { try PostgresConfiguration(url: text) }
        #expect(error.map { !"\($0)".contains("hunter2") } == true)
    }

    @Test("The password stands in no description")
    func redaction() throws {
        let configuration = try PostgresConfiguration(url: "postgresql://app:hunter2@127.0.0.1:1/trade")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", "\(configuration.target)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2"))
        }
        #expect("\(configuration.target)" == "app@127.0.0.1:1/trade")
        #expect(configuration.target.redacted("FATAL: hunter2 is wrong, hunter2!") == "FATAL: *** is wrong, ***!")
    }

    @Test("A refused connection says why, with its SQLSTATE and without the password")
    func refusedConnection() async throws {
        var configuration = try PostgresConfiguration(url: "postgresql://app:hunter2@127.0.0.1:1/trade")
        configuration.acquireTimeout = .milliseconds(300)
        let pool = PostgresPool(configuration: configuration, logger: ThrowawayCluster.logger)
        var reasons: [String] = []
        try await eventually("the refusal is known before the caller's patience ends") {
            do { _ = try await pool.query("SELECT 1") } catch PostgresError.connectionFailed(let reason, nil) {
                reasons.append(reason)
            } catch PostgresError.poolTimedOut {}
            return !reasons.isEmpty
        }
        #expect(reasons.allSatisfy { $0.contains("Connection refused") && !$0.contains("hunter2") })
        await pool.close()
    }

    @Test(
        "The SQLSTATE of a refusal is found in libpq's report",
        arguments: [
            (
                "connection to server at \"h\", port 5432 failed: FATAL:  28P01: password authentication failed\n"
                    + "LOCATION:  auth_failed, auth.c:338\n", "28P01"
            ),
            ("connection to server failed: FATAL:  53300: sorry, too many clients already", "53300"),
            ("connection to server on socket failed: Connection refused", nil),
        ] as [(String, String?)]
    )
    func refusals(report: String, code: String?) {
        let refusal = ConnectionRefusal(report: report)
        #expect(refusal.sqlState?.rawValue == code)
        #expect(!refusal.reason.contains("LOCATION"))
    }

    @Test("With several hosts, one that refuses is passed over, and so is one that is not the primary")
    func failover() async throws {
        let server = try await ThrowawayCluster.shared.configuration(database: "postgres")
        let directory = try #require(server.target["host"])
        var configuration = server
        configuration.target["host"] = "/nowhere,\(directory)"
        configuration.target["port"] = "5432,5432"
        configuration.target["target_session_attrs"] = "read-write"
        let pool = PostgresPool(configuration: configuration, logger: ThrowawayCluster.logger)
        #expect(try await pool.query("SELECT 1").count == 1)
        await pool.close()
        configuration.target["target_session_attrs"] = "standby"
        configuration.acquireTimeout = .milliseconds(300)
        let standby = PostgresPool(configuration: configuration, logger: ThrowawayCluster.logger)
        let error = await #expect(throws: PostgresError.self) { try await standby.query("SELECT 1") }
        #expect(error?.isUnavailable == true)
        await standby.close()
    }
}
