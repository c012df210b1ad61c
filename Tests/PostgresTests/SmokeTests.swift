import Postgres
import TestKit
import Testing

@Suite("Smoke")
struct SmokeTests {
    @Test("A database answers")
    func answers() async throws {
        try await ThrowawayDatabase.run { pool in
            let n: Int = try await pool.query("SELECT \(41)::int8 + 1 AS n")[0].decode("n")
            #expect(n == 42)
        }
    }
}
