import Addressing
import Foundation
import Guard
import Postgres
import Storage
import TestKit
import Testing

@Suite("Guessing passwords", .database, .timeLimit(.minutes(5)))
struct LoginGuardTests {
    private let pool: PostgresPool
    private let clock = ManualClock()
    private let bans: BanBook
    private let door: LoginGuard

    init() throws {
        pool = try PostgresPool.ofTest()
        bans = Self.book(pool, clock)
        door = Self.door(pool, clock, bans)
    }

    private static func book(_ pool: PostgresPool, _ clock: ManualClock) -> BanBook {
        BanBook(store: .postgres(pool), now: { clock.date })
    }

    private static func door(
        _ pool: PostgresPool,
        _ clock: ManualClock,
        _ bans: BanBook,
        allowing blocks: [String] = []
    ) -> LoginGuard {
        LoginGuard(
            failures: .postgres(pool),
            bans: bans,
            desk: SecurityDesk(detector: AnomalyDetector(), now: { clock.milliseconds }),
            allowList: blocks.compactMap { NetworkBlock($0) },
            now: { clock.date }
        )
    }

    private func attempt(_ address: String, _ account: String?, device: String? = nil) throws -> SignInAttempt {
        SignInAttempt(address: try #require(NetworkAddress(address)), account: account, knownDevice: device)
    }

    /// What an attempt with a wrong password is answered with: nil for the ordinary "wrong".
    private func guess(_ attempt: SignInAttempt, at door: LoginGuard? = nil) async throws -> SignInRefusal? {
        let door = door ?? self.door
        do {
            try await door.admit(attempt)
            try await door.failed(attempt)
            return nil
        } catch let refusal as SignInRefusal {
            return refusal
        }
    }

    /// Whether the right password lets in.
    private func comesIn(_ attempt: SignInAttempt) async throws -> Bool {
        do {
            try await door.admit(attempt)
            try await door.succeeded(attempt, as: UUID())
            return true
        } catch is SignInRefusal {
            return false
        }
    }

    @Test("Five failures shut the address out, over many accounts too, and nobody elsewhere")
    func address() async throws {
        for account in 0..<5 { #expect(try await guess(attempt("203.0.113.9", "user\(account)")) == nil) }
        #expect(try await guess(attempt("203.0.113.9", "another")) == .addressBlocked(retryAfterSeconds: 900))
        #expect(try await !comesIn(attempt("203.0.113.9", "user1")))
        #expect(try await comesIn(attempt("203.0.113.10", "user1")))
        #expect(throws: SignInRefusal.addressBlocked(retryAfterSeconds: 900)) {
            try door.admit(from: try attempt("203.0.113.9", nil).address)
        }
    }

    @Test("An IPv6 customer is one address, whichever of a /64 is used")
    func subscriber() async throws {
        for host in 1...5 { #expect(try await guess(attempt("2001:db8::\(host)", "jane")) == nil) }
        #expect(try await guess(attempt("2001:db8::99", "jane")) == .addressBlocked(retryAfterSeconds: 900))
        #expect(try await guess(attempt("2001:db8:0:1::1", "jane")) == nil)
    }

    @Test("The ban ends, the next lasts twice as long, and a week of peace is forgotten")
    func growing() async throws {
        for seconds in [900, 1_800, 3_600] {
            for _ in 0..<5 { #expect(try await guess(attempt("203.0.113.9", "jane")) == nil) }
            #expect(try await guess(attempt("203.0.113.9", "jane")) == .addressBlocked(retryAfterSeconds: seconds))
            clock.advance(milliseconds: Int64(seconds) * 1_000 - 1)
            #expect(try await guess(attempt("203.0.113.9", "jane")) == .addressBlocked(retryAfterSeconds: 1))
            clock.advance(milliseconds: 3_600_000)
        }
        clock.advance(milliseconds: 8 * 86_400_000)
        for _ in 0..<5 { #expect(try await guess(attempt("203.0.113.9", "jane")) == nil) }
        #expect(try await guess(attempt("203.0.113.9", "jane")) == .addressBlocked(retryAfterSeconds: 900))
    }

    @Test("A hundred guesses at once get five answers, and a right one among them learns nothing")
    func burst() async throws {
        let attempt = try attempt("203.0.113.9", "jane")
        let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask { try await guess(attempt) == nil } }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answers == 5)
        await #expect(throws: SignInRefusal.self) { try await door.succeeded(attempt, as: UUID()) }
        let rows = try await pool.query("SELECT strikes FROM blocked_ips")
        #expect(try rows.map { try $0.decode("strikes", as: Int.self) } == [1])
    }

    @Test("An account of one's own does not wash off the guesses at another's")
    func washing() async throws {
        for _ in 0..<4 { #expect(try await guess(attempt("203.0.113.9", "victim")) == nil) }
        #expect(try await comesIn(attempt("203.0.113.9", "own")))
        #expect(try await guess(attempt("203.0.113.9", "victim")) == nil)
        #expect(try await guess(attempt("203.0.113.9", "victim")) != nil)
    }

    @Test("One account guessed from everywhere becomes slow, ever slower, and is never shut")
    func account() async throws {
        for guesser in 0..<50 {
            #expect(try await guess(attempt("198.51.\(guesser).1", "jane")) == nil)
        }
        #expect(try await guess(attempt("198.51.100.1", "jane")) == .tooManyAttempts(retryAfterSeconds: 1))
        #expect(try await guess(attempt("198.51.100.1", "joe")) == nil)
        clock.advance(milliseconds: 1_000)
        #expect(try await comesIn(attempt("192.0.2.77", "jane")))
        var waits: [Int] = []
        for guesser in 0..<100 {
            let attempt = try attempt("198.52.\(guesser).1", "jane")
            while case .tooManyAttempts(let seconds) = try await guess(attempt) {
                waits.append(seconds)
                clock.advance(milliseconds: Int64(seconds) * 1_000)
            }
        }
        #expect(waits.allSatisfy { $0 <= 900 } && waits.contains { $0 > 300 })
    }

    @Test("The owner's known device passes by bans and by what others failed, and only its own failures slow it")
    func knownDevice() async throws {
        for guesser in 0..<60 { _ = try await guess(attempt("198.51.\(guesser).1", "jane")) }
        for _ in 0..<6 { _ = try await guess(attempt("203.0.113.9", "jane")) }
        #expect(try await !comesIn(attempt("203.0.113.9", "jane")))
        #expect(try await comesIn(attempt("203.0.113.9", "jane", device: "phone")))
        for _ in 0..<5 { #expect(try await guess(attempt("192.0.2.5", "jane", device: "phone")) == nil) }
        #expect(
            try await guess(attempt("192.0.2.5", "jane", device: "phone")) == .tooManyAttempts(retryAfterSeconds: 2)
        )
        #expect(try await comesIn(attempt("192.0.2.5", "jane", device: "tablet")))
        clock.advance(milliseconds: 2_000)
        #expect(try await comesIn(attempt("192.0.2.5", "jane", device: "phone")))
    }

    @Test("Addresses on the allow list are never banned; their pairs are slowed")
    func allowList() async throws {
        let door = Self.door(pool, clock, bans, allowing: ["203.0.113.0/24"])
        for account in 0..<40 { #expect(try await guess(attempt("203.0.113.9", "user\(account)"), at: door) == nil) }
        for _ in 0..<4 { #expect(try await guess(attempt("203.0.113.9", "user1"), at: door) == nil) }
        #expect(try await guess(attempt("203.0.113.9", "user1"), at: door) == .tooManyAttempts(retryAfterSeconds: 2))
        #expect(try await guess(attempt("203.0.113.9", "user2"), at: door) == nil)
    }

    @Test("Failures leak away one by one, and what has none left is forgotten")
    func leaking() async throws {
        for _ in 0..<4 { #expect(try await guess(attempt("203.0.113.9", nil)) == nil) }
        clock.advance(milliseconds: 180_000)
        #expect(try await guess(attempt("203.0.113.9", nil)) == nil)
        #expect(try await guess(attempt("203.0.113.9", nil)) == nil)
        #expect(try await guess(attempt("203.0.113.9", nil)) != nil)
        try await FailureStore.postgres(pool).purge(clock.date)
        #expect(try await rows() == 1)
        clock.advance(milliseconds: 6 * 180_000)
        try await FailureStore.postgres(pool).purge(clock.date)
        #expect(try await rows() == 0)
    }

    private func rows() async throws -> Int {
        try #require(try await pool.query("SELECT count(*) FROM sign_in_failures").first).decode(at: 0)
    }

    @Test("A ban outlives the process, and every process sees it at its next look; so with an operator's own statement")
    func otherProcess() async throws {
        let other = Self.book(pool, clock)
        try await other.refresh()
        for _ in 0..<5 { _ = try await guess(attempt("203.0.113.9", "jane")) }
        let address = try attempt("203.0.113.9", nil).address
        #expect(other.ban(of: address, from: .signIn) == nil)
        try await other.refresh()
        #expect(other.ban(of: address, from: .signIn) != nil)
        #expect(other.ban(of: address, from: .everything) == nil)
        try await pool.execute("INSERT INTO blocked_ips (ip_address, reason) VALUES ('198.51.100.0/24', 'by hand')")
        try await other.refresh()
        let inside = try attempt("198.51.100.200", nil).address
        #expect(other.ban(of: inside, from: .everything)?.until == nil)
        #expect(other.ban(of: inside, from: .everything)?.reason == "by hand")
        try await pool.execute("DELETE FROM blocked_ips")
        try await other.refresh()
        #expect(other.ban(of: inside, from: .everything) == nil && other.ban(of: address, from: .signIn) == nil)
    }

    @Test("An operator's ban holds whatever the guard does, and can be lifted")
    func operators() async throws {
        let store = BanStore.postgres(pool)
        let address = try attempt("203.0.113.9", nil).address
        let network = NetworkBlock(subscriberOf: address)
        _ = try await store.set(network, nil, "enough", clock.date)
        let kept = try await bans.raise(address, from: .signIn, reason: "failed sign-ins")
        #expect(kept.until == nil && kept.scope == .everything && kept.reason == "enough")
        #expect(try await store.lift(network))
        #expect(try await !store.lift(network))
        try await bans.refresh()
        #expect(bans.ban(of: address, from: .everything) == nil)
    }

    @Test("With the store gone nobody guesses, and bans hold")
    func storeGone() async throws {
        for _ in 0..<5 { _ = try await guess(attempt("203.0.113.9", "jane")) }
        await pool.close()
        await #expect(throws: PostgresError.self) { try await door.admit(try attempt("203.0.113.10", "jane")) }
        await #expect(throws: SignInRefusal.self) { try await door.admit(try attempt("203.0.113.9", "jane")) }
    }
}
