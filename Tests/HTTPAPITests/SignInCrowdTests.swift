import NIOHTTP1
import Postgres
import Storage
import Synchronization
import TestKit
import Testing

@Suite("Many sign-ins at once", .timeLimit(.minutes(5)))
struct SignInCrowdTests {
    /// What those who ask know together.
    private final class Crowd: Sendable {
        let isTooMany = Atomic(false)
    }

    @Test("A crowd gets no more than may wait; the surplus is 503 and told when to come back, and is let in then")
    func crowd() async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            var options = LiveAPI.Options()
            options.database = pool
            options.requests = 1_000_000
            options.hashingPlaces = 1
            try await LiveAPI.serving(options) { api in
                #expect(try await api.post("/api/v1/auth/register", Self.body("jane@example.com")).status == 201)
                // Two are hashed and one waits, so of sixty who go on asking somebody is too many.
                let crowd = Crowd()
                let answers = try await withThrowingTaskGroup(of: [APIAnswer].self) { group in
                    for number in 0..<60 {
                        let email = number.isMultiple(of: 2) ? "jane@example.com" : "nobody\(number)@example.com"
                        group.addTask {
                            var answers: [APIAnswer] = []
                            repeat {
                                let answer = try await api.post("/api/v1/auth/login", Self.body(email))
                                if answer.status == 503 { crowd.isTooMany.store(true, ordering: .relaxed) }
                                answers.append(answer)
                            } while !crowd.isTooMany.load(ordering: .relaxed)
                            return answers
                        }
                    }
                    return try await group.reduce([], +)
                }
                #expect(Set(answers.map(\.status)).isSubset(of: [200, 401, 503]))
                for answer in answers where answer.status == 503 {
                    #expect(answer.header("Retry-After").flatMap { Int($0) }.map { (1...60).contains($0) } == true)
                    #expect(answer.code == "busy")
                }
                #expect(try await api.post("/api/v1/auth/login", Self.body("jane@example.com")).status == 200)
            }
        }
    }

    private static func body(_ email: String) -> String {
        #"{"email":"\#(email)","password":"correct horse battery staple"}"#
    }
}
