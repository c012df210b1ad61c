import Postgres
import Synchronization
import TestKit
import Testing

@Suite("Transactions", .serialized, .timeLimit(.minutes(2)))
struct TransactionTests {
    struct Refused: Error, Equatable {}

    private static func withTable(_ body: @Sendable (PostgresPool) async throws -> Void) async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.execute("CREATE TABLE accounts (id int8 PRIMARY KEY, balance int8 NOT NULL)")
            try await pool.execute("INSERT INTO accounts VALUES (1, 100), (2, 100)")
            try await body(pool)
        }
    }

    private static func balances(_ pool: PostgresPool) async throws -> [Int] {
        try await pool.query("SELECT balance FROM accounts ORDER BY id").map { try $0.decode("balance") }
    }

    @Test("It is committed when the body returns, and undone when it throws, whatever it throws")
    func ends() async throws {
        try await Self.withTable { pool async throws -> Void in
            let answer = try await pool.withTransaction { connection in
                try await connection.execute("UPDATE accounts SET balance = 50 WHERE id = 1")
                return "done"
            }
            #expect(answer == "done")
            #expect(try await Self.balances(pool) == [50, 100])
            await #expect(throws: Refused()) {
                try await pool.withTransaction { connection in
                    try await connection.execute("UPDATE accounts SET balance = 0")
                    throw Refused()
                }
            }
            let error = await #expect(throws: PostgresError.self) {
                try await pool.withTransaction { connection in
                    try await connection.execute("UPDATE accounts SET balance = 0")
                    try await connection.execute("INSERT INTO accounts VALUES (1, 1)")
                }
            }
            #expect(error?.sqlState == .uniqueViolation)
            #expect(try await Self.balances(pool) == [50, 100])
        }
    }

    @Test("A body that swallows a failure is not told that it was committed")
    func swallowed() async throws {
        try await Self.withTable { pool async throws -> Void in
            await #expect(throws: PostgresError.self) {
                try await pool.withTransaction { connection in
                    try await connection.execute("UPDATE accounts SET balance = 0")
                    _ = try? await connection.execute("SELECT 1/0")
                }
            }
            #expect(try await Self.balances(pool) == [100, 100])
        }
    }

    @Test("A cancelled task's transaction is rolled back, and its connection goes on")
    func cancelled() async throws {
        try await Self.withTable { pool async throws -> Void in
            let task = Task {
                try await pool.withTransaction { connection in
                    try await connection.execute("UPDATE accounts SET balance = 0")
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }
            await #expect(throws: PostgresError.cancelled) { try await task.value }
            #expect(try await Self.balances(pool) == [100, 100])
        }
    }

    /// Two transfers that each take the row the other one needs.
    private final class Race: Sendable {
        let attempts = Counter()
        private let holding = Mutex(Set<Int>())

        func transfer(from: Int, to: Int, _ pool: PostgresPool) async throws {
            try await pool.withTransaction { connection in
                self.attempts.increment()
                try await connection.execute("UPDATE accounts SET balance = balance - 10 WHERE id = \(from)")
                self.holding.withLock { _ = $0.insert(from) }
                // Both hold a row before either asks for the other's: one of them has to give way.
                try await eventually("both hold a row") { self.holding.withLock { $0.count } == 2 }
                try await connection.execute("UPDATE accounts SET balance = balance + 10 WHERE id = \(to)")
            }
        }
    }

    @Test("Two that deadlock both succeed, one of them on its second attempt")
    func deadlock() async throws {
        try await Self.withTable { pool async throws -> Void in
            let race = Race()
            async let first: Void = race.transfer(from: 1, to: 2, pool)
            async let second: Void = race.transfer(from: 2, to: 1, pool)
            _ = try await (first, second)
            #expect(race.attempts.value == 3)
            #expect(try await Self.balances(pool) == [100, 100])
        }
    }

    @Test("Serializable transactions that conflict are run again until each has counted once")
    func serialization() async throws {
        try await Self.withTable { pool async throws -> Void in
            _ = try await Array(0..<8).concurrently { _ in
                try await pool.withTransaction(isolation: .serializable, attempts: 50) { connection in
                    let rows = try await connection.query("SELECT balance FROM accounts WHERE id = 1")
                    let balance: Int = try rows[0].decode("balance")
                    try await connection.execute("UPDATE accounts SET balance = \(balance + 1) WHERE id = 1")
                }
            }
            #expect(try await Self.balances(pool) == [108, 100])
        }
    }

    @Test("Attempts have an end")
    func attemptsEnd() async throws {
        try await Self.withTable { pool async throws -> Void in
            let attempts = Counter()
            let error = await #expect(throws: PostgresError.self) {
                try await pool.withTransaction(attempts: 3) { connection in
                    attempts.increment()
                    try await connection.executeScript("DO $$BEGIN RAISE EXCEPTION SQLSTATE '40001'; END$$")
                }
            }
            #expect(error?.sqlState == .serializationFailure)
            #expect(attempts.value == 3)
        }
    }

    @Test("A read-only transaction refuses to write")
    func readOnly() async throws {
        try await Self.withTable { pool async throws -> Void in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.withTransaction(readOnly: true) { try await $0.execute("DELETE FROM accounts") }
            }
            #expect(error?.sqlState == .readOnlyTransaction)
        }
    }
}
