import Accounts
import Channels
import Foundation
import Postgres
import Storage
import Testing

@Suite("The channels' log", .database, .timeLimit(.minutes(5)))
struct ChannelLogTests {
    let pool: PostgresPool
    let log: ChannelLog

    init() throws {
        pool = try .ofTest()
        log = .postgres(pool)
    }

    private struct Abandoned: Error {}

    private func draft(_ text: String, to channel: ChannelKey = .signals, at date: Date = Date()) -> ChannelDraft {
        ChannelDraft(to: channel, payload: #"{"text":"\#(text)"}"#, createdAt: date)
    }

    @discardableResult
    private func append(_ draft: ChannelDraft) async throws -> Int64 {
        try await pool.withTransaction { try await $0.append(draft) }
    }

    private func addUser() async throws -> UUID {
        let id = UUID()
        try await pool.execute(
            "INSERT INTO users (id, email, password_hash) VALUES (\(id), \("\(id.uuidString.lowercased())@example.com"), 'x')"
        )
        return id
    }

    private func everything(of channel: ChannelKey) async throws -> [ChannelEntry] {
        try await log.read([channel: 0])[channel]?.entries ?? []
    }

    @Test("Publishers side by side, some of whom give up, leave numbers without a hole, which a reader sees in order")
    func publishers() async throws {
        let (pool, log) = (pool, log)
        let reader = Task {
            var position = try await log.news(nil).next
            var seen: [Int64] = []
            var at: Int64 = 0
            while at < 120 {
                let news = try await log.news(position)
                position = news.next
                guard let head = news.heads[.signals], head > at else { continue }
                let entries = try await log.read([.signals: at])[.signals]?.entries ?? []
                seen += entries.map(\.sequence)
                at = entries.last?.sequence ?? at
            }
            return seen
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for publisher in 0..<6 {
                group.addTask {
                    for turn in 0..<30 {
                        let draft = draft("\(publisher) \(turn)")
                        do {
                            try await pool.withTransaction { connection in
                                try await connection.append(draft)
                                if turn % 3 == 2 { throw Abandoned() }
                            }
                        } catch is Abandoned {}
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await reader.value == Array(1...120))
        let texts = try await everything(of: .signals).map(\.payload)
        #expect(Set(texts).count == 120)
        for publisher in 0..<6 {
            let own = texts.filter { $0.contains(#""\#(publisher) "#) }
            #expect(own.count == 20)
        }
    }

    @Test("A message that is committed long after its number was taken is in the news all the same")
    func lateCommit() async throws {
        let user = try await addUser()
        let draft = draft("late", to: .notifications(of: user))
        var position = try await log.news(nil).next
        let (pool, log) = (pool, log)
        position = try await pool.withTransaction { connection in
            try await connection.append(draft)
            // Others commit, and the reader looks, while this one is under way.
            try await pool.withTransaction { try await $0.append(self.draft("early", to: .pumps)) }
            let news = try await log.news(position)
            #expect(news.heads == [.pumps: 1])
            return news.next
        }
        #expect(try await log.news(position).heads[.notifications(of: user)] == 1)
    }

    @Test("What is stored comes back byte for byte, with who may see it and since when")
    func verbatim() async throws {
        let payload = #"{"z":1,"a":"0.10","z2":{"b": [1,  2]},"ü":"\u00fc"}"#
        let date = Date(timeIntervalSince1970: 1_700_000_000.123)
        let lock = ChannelDraft.Lock(minTier: .premium, payload: #"{"locked":true}"#)
        #expect(try await append(ChannelDraft(to: .signals, payload: payload, lock: lock, createdAt: date)) == 1)
        #expect(
            try await everything(of: .signals) == [
                ChannelEntry(
                    sequence: 1,
                    createdAt: 1_700_000_000_123,
                    payload: payload,
                    minTier: .premium,
                    lockedPayload: #"{"locked":true}"#
                )
            ]
        )
    }

    @Test("A payload that is no JSON is refused, and its number is given to the next")
    func malformed() async throws {
        await #expect(throws: PostgresError.self) {
            try await append(ChannelDraft(to: .signals, payload: #"{"a":}"#, createdAt: Date()))
        }
        #expect(try await append(draft("next")) == 1)
    }

    @Test("One user's channel keeps some two hundred messages, the newest; reading behind what is kept shows the hole")
    func bound() async throws {
        let channel = ChannelKey.notifications(of: try await addUser())
        let drafts = (1...240).map { draft("\($0)", to: channel) }
        try await pool.withTransaction { connection in
            for draft in drafts { try await connection.append(draft) }
        }
        let history = try #require(try await log.read([channel: 10])[channel])
        #expect(history.head == 240)
        #expect(history.entries.map(\.sequence) == Array(41...240))
        #expect(history.base == 40)
    }

    @Test("Several channels are read at once, each behind its own number; one that nobody wrote to is empty")
    func several() async throws {
        for text in ["a", "b", "c"] { try await append(draft(text)) }
        try await append(draft("p", to: .pumps))
        let nobody = ChannelKey.notifications(of: UUID())
        let histories = try await log.read([.signals: 1, .pumps: 1, nobody: 0])
        #expect(histories[.signals]?.entries.map(\.sequence) == [2, 3])
        #expect(histories[.pumps]?.head == 1 && histories[.pumps]?.entries.isEmpty == true)
        #expect(histories[nobody]?.head == 0 && histories[nobody]?.entries.isEmpty == true)
    }

    @Test("Messages of last week go, the numbers go on")
    func sweep() async throws {
        let now = Date()
        try await append(draft("old", at: now.addingTimeInterval(-7 * 86_400 - 1)))
        try await append(draft("new", at: now.addingTimeInterval(-7 * 86_400 + 60)))
        try await log.sweep(now)
        #expect(try await everything(of: .signals).map(\.sequence) == [2])
        #expect(try await append(draft("next")) == 3)
    }

    @Test("The epoch stays as long as numbers go on, and changes where a counter begins anew")
    func epoch() async throws {
        let first = try await log.news(nil).epoch
        try await append(draft("a"))
        #expect(try await log.news(nil).epoch == first)
        // What a `TRUNCATE` or a hand that slipped does.
        try await pool.execute("DELETE FROM channels WHERE name = 'signals'")
        let second = try await log.news(nil).epoch
        #expect(try await append(draft("a")) == 1)
        let third = try await log.news(nil).epoch
        #expect(Set([first, second, third]).count == 3)
    }

    @Test("A notice is in the inbox and on its user's channel, both or neither")
    func notice() async throws {
        let user = try await addUser()
        let notice = UserNotice(userID: user, kind: "new_device", title: "t", message: "m", createdAt: Date())
        let draft = draft("n", to: .notifications(of: user))
        try await NoticeInbox.postgres(pool).add(notice, draft)
        #expect(try await everything(of: .notifications(of: user)).map(\.sequence) == [1])
        let rows = try await pool.query("SELECT type, title, message FROM notifications WHERE user_id = \(user)")
        #expect(try rows.map { try $0.decode("type", as: String.self) } == ["new_device"])
        // The same again breaks the inbox's key, so that nothing is sent either.
        await #expect(throws: PostgresError.self) { try await NoticeInbox.postgres(pool).add(notice, draft) }
        #expect(try await everything(of: .notifications(of: user)).count == 1)
        try await pool.execute("DELETE FROM users WHERE id = \(user)")
        let late = UserNotice(userID: user, kind: "new_device", title: "t", message: "m", createdAt: Date())
        try await NoticeInbox.postgres(pool).add(late, draft)
        #expect(try await everything(of: .notifications(of: user)).isEmpty)
    }

    @Test("Of one user's notices the newest five hundred are kept, and nobody else's go for them")
    func noticeBound() async throws {
        let (jane, john) = (try await addUser(), try await addUser())
        for user in [jane, john] {
            try await pool.execute(
                """
                INSERT INTO notifications (user_id, type, title, message, created_at)
                SELECT \(user), 'old', number::text, 'm', '2025-01-01Z'::timestamptz + make_interval(secs => number)
                FROM generate_series(1, 500) AS number
                """
            )
        }
        let notice = UserNotice(userID: jane, kind: "new", title: "t", message: "m", createdAt: Date())
        try await NoticeInbox.postgres(pool).add(notice, draft("n", to: .notifications(of: jane)))
        let rows = try await pool.query(
            "SELECT user_id, count(*) AS kept, bool_or(title = '1') AS has_oldest FROM notifications GROUP BY user_id"
        )
        for row in rows {
            #expect(try row.decode("kept", as: Int.self) == 500)
            #expect(try row.decode("has_oldest", as: Bool.self) == (try row.decode("user_id", as: UUID.self) == john))
        }
        #expect(rows.count == 2)
    }
}
