import Accounts
import Foundation
import Postgres
import Storage
import Testing

@Suite("Refresh tokens on a real database", .database, .timeLimit(.minutes(5)))
struct RefreshTests {
    let stand: SessionStand

    init() async throws { stand = try await SessionStand() }

    private var token: String { stand.first.refreshToken.reveal() }
    private let elsewhere = "198.51.100.7"
    private let otherAgent = "curl/8.5.0"

    @Test("A token is 256 bits behind a prefix, kept as a hash only, and each use gives another for the same session")
    func rotation() async throws {
        var line = [token]
        for _ in 0..<5 {
            let admission = try await stand.sessions.refresh(line[line.count - 1], from: SessionStand.phone)
            #expect(admission.token.claims.session == stand.first.token.claims.session)
            #expect(admission.token.claims.tokenID != stand.first.token.claims.tokenID)
            #expect(admission.expiresIn == 900 && admission.refreshExpiresIn == 7 * 86_400)
            line.append(admission.refreshToken.reveal())
        }
        #expect(Set(line).count == 6)
        #expect(line.allSatisfy { $0.hasPrefix("tpr_") && $0.utf8.count == 47 })
        let rows = try await stand.pool.query("SELECT refresh_tokens::text AS row FROM refresh_tokens")
        #expect(rows.count == 6)
        for row in rows {
            let text = try row.decode("row", as: String.self)
            #expect(!line.contains { text.contains($0.dropFirst(4)) })
        }
    }

    @Test("After a lost answer the parent gives the very same child again, until the child was used")
    func lostAnswer() async throws {
        let child = try await stand.refresh(token)
        #expect(try await stand.refresh(token) == child)
        #expect(try await stand.refresh(token) == child)
        let grandchild = try await stand.refresh(child)
        #expect(try await stand.refresh(child) == grandchild)
        #expect(stand.notices.kinds == [])
    }

    @Test("The parent after its child's use, and anything older, ends the session: its tokens, and no other device")
    func reuse() async throws {
        let other = try await stand.login()
        for depth in 1...3 {
            let session = try await stand.login()
            var line = [session.refreshToken.reveal()]
            for _ in 0...depth { line.append(try await stand.refresh(line[line.count - 1])) }
            #expect(try await stand.sessions.authenticate(session.token.text).userID == stand.user.id)
            #expect(try await stand.refusal(of: line[line.count - 2 - depth]) == .refreshTokenReused)
            await #expect(throws: AccountError.tokenInvalid) {
                try await stand.sessions.authenticate(session.token.text)
            }
            for token in line { #expect(try await stand.refusal(of: token) == .refreshTokenInvalid) }
        }
        #expect(stand.notices.kinds == [.refreshTokenReused, .refreshTokenReused, .refreshTokenReused])
        #expect(try await stand.actions("refresh.reused") == 3)
        #expect(try await stand.sessions.authenticate(other.token.text).userID == stand.user.id)
        #expect(try await stand.refusal(of: other.refreshToken.reveal()) == nil)
        #expect(try await stand.refusal(of: token) == nil)
    }

    @Test("A request that was here before the child was used is no copy's, on the same device; the moment decides")
    func overtaken() async throws {
        func refusal(waited seconds: Int, from origin: RequestOrigin = SessionStand.phone) async throws -> AccountError?
        {
            do {
                _ = try await stand.sessions.refresh(token, from: origin, waited: .seconds(seconds))
                return nil
            } catch let error as AccountError {
                return error
            }
        }
        let child = try await stand.refresh(token)
        stand.time.advance(.seconds(10))
        let grandchild = try await stand.refresh(child)
        stand.time.advance(.seconds(5))
        #expect(try await refusal(waited: 6) == .refreshTokenOvertaken)
        let last = try await stand.refresh(grandchild)
        #expect(try await refusal(waited: 6) == .refreshTokenOvertaken)
        #expect(try await stand.refusal(of: last) == nil)
        #expect(stand.notices.kinds == [])
        #expect(try await stand.actions("refresh.refused") == 2)
        #expect(try await refusal(waited: 5) == .refreshTokenReused)
    }

    @Test("Neither another device nor a clock that lags behind makes a copy look early")
    func neverOvertaken() async throws {
        let thief = RequestOrigin(address: SessionStand.phone.address, userAgent: otherAgent)
        for (origin, seconds) in [(thief, 0.0), (SessionStand.phone, -3_600)] {
            let first = try await stand.login().refreshToken.reveal()
            _ = try await stand.refresh(try await stand.refresh(first))
            stand.time.advance(.seconds(seconds))
            await #expect(throws: AccountError.refreshTokenReused) {
                try await stand.sessions.refresh(first, from: origin, waited: .seconds(1))
            }
        }
    }

    @Test("The parent from another device is a copy, even while its child is unused")
    func parentElsewhere() async throws {
        let child = try await stand.refresh(token)
        let thief = RequestOrigin(address: SessionStand.phone.address, userAgent: otherAgent)
        #expect(try await stand.refusal(of: token, from: thief) == .refreshTokenReused)
        #expect(try await stand.refusal(of: child) == .refreshTokenInvalid)
    }

    @Test("Another device in another network must sign in again, and burns nothing by trying; either alone may be")
    func elsewhereDevice() async throws {
        let agent = SessionStand.phone.userAgent
        let updated = "TradePulse/2.0.1 (iPhone; iOS 19.0)"
        var token = token
        for origin in [
            RequestOrigin(address: elsewhere, userAgent: agent),
            RequestOrigin(address: elsewhere, userAgent: otherAgent),
            RequestOrigin(address: "2001:db8:1:2:3::4", userAgent: updated),
            RequestOrigin(address: "2001:db8:1:2:ffff::1", userAgent: otherAgent),
        ] {
            token = try await stand.refresh(token, from: origin)
        }
        for address in [elsewhere, SessionStand.phone.address, "2001:db8:1:3::1"] {
            let thief = RequestOrigin(address: address, userAgent: otherAgent)
            #expect(try await stand.refusal(of: token, from: thief) == .stepUpRequired)
        }
        #expect(stand.notices.kinds == [.refreshFromElsewhere, .refreshFromElsewhere, .refreshFromElsewhere])
        #expect(try await stand.actions("refresh.refused") == 3)
        #expect(try await stand.refusal(of: token) == nil)
    }

    @Test("A token is good for seven days from its issue, and a session for thirty however much it is used")
    func expiry() async throws {
        stand.time.advance(.seconds(7 * 86_400 - 1))
        var token = try await stand.refresh(token)
        stand.time.advance(.seconds(7 * 86_400))
        #expect(try await stand.refusal(of: token) == .refreshTokenInvalid)
        token = try await stand.login().refreshToken.reveal()
        var days = 0
        while days < 29 {
            stand.time.advance(.seconds(86_400))
            days += 1
            token = try await stand.refresh(token)
        }
        let last = try await stand.sessions.refresh(token, from: SessionStand.phone)
        #expect(last.refreshExpiresIn == 86_400)
        stand.time.advance(.seconds(86_400))
        #expect(try await stand.refusal(of: last.refreshToken.reveal()) == .refreshTokenInvalid)
    }

    @Test("A blocked account refreshes nothing, and keeps what it had when the block is lifted")
    func blocked() async throws {
        try await stand.pool.execute("UPDATE users SET is_blocked = true")
        #expect(try await stand.refusal(of: token) == .accountBlocked)
        try await stand.pool.execute("UPDATE users SET is_blocked = false")
        #expect(try await stand.refusal(of: token) == nil)
    }

    @Test("What is no refresh token is refused and on record, an access token too")
    func strangers() async throws {
        let access = stand.first.token.text
        for text in [
            "", "tpr_", access, "tpr_" + String(repeating: "A", count: 43), String(token.dropFirst(4)), token + "A",
            token.lowercased(), "TPR_" + token.dropFirst(4), String(repeating: "x", count: 10_000), "tpr_\u{0}",
        ] {
            #expect(try await stand.refusal(of: text) == .refreshTokenInvalid, "\(text.prefix(60))")
        }
        #expect(try await stand.actions("refresh.refused") == 10)
        await #expect(throws: AccountError.tokenInvalid) { try await stand.sessions.authenticate(token) }
    }

    @Test("The bits of the last character that carry nothing are not free")
    func spelling() async throws {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        var taken = 0
        for character in alphabet where try await stand.refusal(of: token.dropLast() + String(character)) == nil {
            taken += 1
        }
        #expect(taken == 1)
    }

    @Test("Ten at once with one token get one child: one living line is left")
    func parallel() async throws {
        var token = token
        for _ in 0..<10 {
            let spent = token
            let children = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<10 { group.addTask { try await stand.refresh(spent) } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(children.count == 1)
            token = try #require(children.first)
        }
        #expect(try await stand.number("SELECT count(*) FROM refresh_tokens WHERE used_at IS NULL") == 1)
        #expect(stand.notices.kinds == [])
    }

    @Test("Ten at once with a token that is a copy end the session once")
    func parallelReuse() async throws {
        _ = try await stand.refresh(try await stand.refresh(token))
        let outcomes = try await withThrowingTaskGroup(of: AccountError?.self) { group in
            for _ in 0..<10 { group.addTask { try await stand.refusal(of: token) } }
            return try await group.reduce(into: [:]) { counts, outcome in counts[outcome, default: 0] += 1 }
        }
        #expect(outcomes == [.refreshTokenReused: 1, .refreshTokenInvalid: 9])
        #expect(try await stand.actions("refresh.reused") == 1)
    }
}
