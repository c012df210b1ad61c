import Accounts
import Foundation
import Postgres
import Storage
import TestKit
import Testing

@Suite("Refresh tokens under lost answers and thieves", .database, .timeLimit(.minutes(10)))
struct RefreshStormTests {
    /// What fifty clients went through together.
    private struct Tally: Sendable {
        var rotations = 0
        var lostAnswers = 0
        var thefts = 0
        var missedThefts = 0
        var wronglyRefused: [String] = []

        static func + (left: Tally, right: Tally) -> Tally {
            Tally(
                rotations: left.rotations + right.rotations,
                lostAnswers: left.lostAnswers + right.lostAnswers,
                thefts: left.thefts + right.thefts,
                missedThefts: left.missedThefts + right.missedThefts,
                wronglyRefused: left.wronglyRefused + right.wronglyRefused
            )
        }
    }

    @Test("In 10,000 rotations by fifty clients nobody is wrongly signed out and no copy goes unnoticed")
    func storm() async throws {
        let stand = try await SessionStand()
        let total = try await withThrowingTaskGroup(of: Tally.self) { group in
            for number in 0..<50 { group.addTask { try await client(number, of: stand) } }
            return try await group.reduce(Tally(), +)
        }
        #expect(total.rotations >= 10_000)
        #expect(total.lostAnswers > 1_000 && total.thefts > 100)
        #expect(total.missedThefts == 0)
        #expect(total.wronglyRefused == [])
        #expect(try await stand.actions("refresh.reused") == total.thefts)
    }

    /// One client on a bad line: a third of the answers are lost, some requests are sent twice at once, and now and then
    /// somebody tries a token that the client has left behind.
    private func client(_ number: Int, of stand: SessionStand) async throws -> Tally {
        var random = SeededGenerator(seed: UInt64(number))
        var tally = Tally()
        let email = "client\(number)@example.com"
        let origin = RequestOrigin(address: "203.0.113.\(number)", userAgent: "Client\(number)/1.0")
        let admission = try await stand.accounts.register(email: email, password: SessionStand.password, from: origin)
        // Tokens the client has had, oldest first; it knows the last one.
        var known = [admission.refreshToken.reveal()]
        while tally.rotations < 200 {
            let spent = known[known.count - 1]
            do {
                if Int.random(in: 0..<8, using: &random) == 0 {
                    async let one = stand.refresh(spent, from: origin)
                    async let other = stand.refresh(spent, from: origin)
                    let (first, second) = try await (one, other)
                    if first != second { tally.wronglyRefused.append("two children") }
                }
                let child = try await stand.refresh(spent, from: origin)
                if Int.random(in: 0..<3, using: &random) == 0 {
                    tally.lostAnswers += 1
                    continue
                }
                known.append(child)
                tally.rotations += 1
            } catch let error as AccountError {
                tally.wronglyRefused.append("client \(number): \(error)")
            }
            guard known.count > 3, Int.random(in: 0..<40, using: &random) == 0 else { continue }
            // The child of each of these has been used.
            let copy = known[Int.random(in: 0..<(known.count - 2), using: &random)]
            tally.thefts += 1
            let newest = known[known.count - 1]
            let verdicts = [
                try await stand.refusal(of: copy, from: origin), try await stand.refusal(of: newest, from: origin),
            ]
            if verdicts != [.refreshTokenReused, .refreshTokenInvalid] { tally.missedThefts += 1 }
            let again = try await stand.accounts.login(email: email, password: SessionStand.password, from: origin)
            known = [again.refreshToken.reveal()]
        }
        return tally
    }
}
