import Accounts
import Foundation
import Synchronization
import Testing

@Suite("Hashing passwords")
struct PasswordHasherTests {
    static let floor = Argon2Parameters.floor

    @Test("A hash is right for its password, wrong for others, and never twice the same")
    func roundTrip() async throws {
        let hasher = PasswordHasher(parameters: Self.floor, workers: 1, queueLimit: 8)
        let password = try #require(Password("correct horse battery staple"))
        let other = try #require(Password("correct horse battery stapl3"))
        let first = try await hasher.hash(password)
        let second = try await hasher.hash(password)
        #expect(first != second)
        #expect(first.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try await hasher.check(password, against: first) == .right)
        #expect(try await hasher.check(other, against: first) == .wrong)
    }

    @Test("Two ways to type one password are one password")
    func normalisation() async throws {
        let hasher = PasswordHasher(parameters: Self.floor, workers: 1, queueLimit: 8)
        let composed = try #require(Password("caf\u{E9} \u{FB01}ne \u{FF21}bc"))
        let decomposed = try #require(Password("cafe\u{301} fine Abc"))
        #expect(try await hasher.check(decomposed, against: hasher.hash(composed)) == .right)
    }

    @Test("A hash of another cost is right and asks to be renewed")
    func outdated() async throws {
        let password = try #require(Password("correct horse battery staple"))
        let old = PasswordHasher(parameters: Self.floor, workers: 1, queueLimit: 8)
        let costlier = try #require(Argon2Parameters(memoryKiB: 20_480, passes: 2, lanes: 1))
        let new = PasswordHasher(parameters: costlier, workers: 1, queueLimit: 8)
        #expect(try await new.check(password, against: old.hash(password)) == .rightButOutdated)
    }

    @Test("Without an account, and with a broken hash, the check works as long and says no", arguments: [nil, "x", ""])
    func decoy(stored: String?) async throws {
        let hasher = PasswordHasher(parameters: Self.floor, workers: 1, queueLimit: 8)
        let password = try #require(Password("correct horse battery staple"))
        let hash = try await hasher.hash(password)
        func seconds(_ stored: String?) async throws -> Double {
            let begin = ContinuousClock.now
            #expect(try await hasher.check(password, against: stored) == (stored == hash ? .right : .wrong))
            return (ContinuousClock.now - begin) / .seconds(1)
        }
        // The best of seven, taken in turns; without the decoy the unknown one would be a thousand times quicker.
        var (known, unknown) = (Double.infinity, Double.infinity)
        for _ in 0..<7 {
            known = min(known, try await seconds(hash))
            unknown = min(unknown, try await seconds(stored))
        }
        #expect(unknown > known / 5)
    }
}

@Suite("The hashing pool")
struct HashingPoolTests {
    /// Holds the pool's threads until it is opened.
    final class Gate: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)
        private let entered = AsyncStream.makeStream(of: Void.self)
        let running = Mutex((now: 0, most: 0))

        func pass() {
            running.withLock { running in
                running.now += 1
                running.most = max(running.most, running.now)
            }
            entered.continuation.yield()
            semaphore.wait()
            running.withLock { $0.now -= 1 }
        }

        func open(_ count: Int) { for _ in 0..<count { semaphore.signal() } }

        func waitUntilEntered(_ count: Int) async {
            var left = count
            for await _ in entered.stream {
                left -= 1
                if left == 0 { return }
            }
        }
    }

    final class Count: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add(_ number: Int) { count.withLock { $0 += number } }
    }

    @Test("200 at once: the workers' number runs, the bound waits, the surplus hears when to come again")
    func bounded() async throws {
        let (workers, places, callers) = (3, 10, 200)
        let pool = HashingPool(workers: workers, queueLimit: places)
        let gate = Gate()
        let done = Count()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            // The threads are taken first, so that what follows can only wait or be refused.
            for _ in 0..<workers {
                group.addTask {
                    try await pool.run { gate.pass() }
                    return true
                }
            }
            await gate.waitUntilEntered(workers)
            for _ in workers..<callers {
                group.addTask {
                    do {
                        try await pool.run {
                            gate.pass()
                            done.add(1)
                        }
                        return true
                    } catch AccountError.hashingBusy(let seconds) {
                        #expect((1...60).contains(seconds))
                        return false
                    }
                }
            }
            var refused = 0
            while refused < callers - workers - places, let admitted = try await group.next() {
                if !admitted { refused += 1 }
            }
            #expect(refused == callers - workers - places)
            #expect(done.value == 0)
            #expect(pool.load == workers + places)
            gate.open(workers + places)
            var admitted = 0
            while let wasAdmitted = try await group.next() { admitted += wasAdmitted ? 1 : 0 }
            #expect(admitted == workers + places)
        }
        #expect(done.value == places)
        #expect(gate.running.withLock { $0.most } == workers)
    }

    @Test("Work whose caller has gone leaves its place to another and is never done")
    func cancelled() async throws {
        let pool = HashingPool(workers: 1, queueLimit: 1)
        let gate = Gate()
        let first = Task { try await pool.run { gate.pass() } }
        await gate.waitUntilEntered(1)
        let done = Count()
        let second = Task { try await pool.run { done.add(1) } }
        while pool.load < 2 { await Task.yield() }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(pool.load == 1)
        let third = Task { try await pool.run { done.add(10) } }
        while pool.load < 2 { await Task.yield() }
        gate.open(1)
        try await first.value
        try await third.value
        #expect(done.value == 10)
    }

    @Test("What the work throws arrives at its caller, and the thread lives on")
    func throwing() async throws {
        let pool = HashingPool(workers: 1, queueLimit: 1)
        for _ in 0..<3 {
            await #expect(throws: PasswordHashError.outOfMemory) {
                try await pool.run { throw PasswordHashError.outOfMemory }
            }
        }
        #expect(try await pool.run { 7 } == 7)
    }
}
