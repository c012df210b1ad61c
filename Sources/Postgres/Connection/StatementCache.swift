/// The statements prepared on one connection, by their text; the one unused for longest makes room.
///
/// A value without input or output: it says what to send.
package struct StatementCache {
    /// How to send a statement.
    package enum Plan: Equatable {
        /// Under the name of a statement that is prepared already.
        case execute(name: String)
        /// Prepared under a new name first.
        case prepare(name: String)
        /// Without a name: while another caller's preparation of it is under way, or when nothing is kept.
        case unnamed
    }

    private struct Entry {
        var name: String
        var isReady: Bool
        var lastUse: Int
    }

    private let capacity: Int
    private var entries: [String: Entry] = [:]
    /// Prepared on the server still, and of no more use.
    private var discarded: [String] = []
    private var uses = 0
    private var names = 0

    package init(capacity: Int) { self.capacity = capacity }

    package var count: Int { entries.count }

    package mutating func plan(for sql: String) -> Plan {
        uses += 1
        if let entry = entries[sql] {
            entries[sql]?.lastUse = uses
            return entry.isReady ? .execute(name: entry.name) : .unnamed
        }
        guard capacity > 0 else { return .unnamed }
        if entries.count >= capacity {
            // At most `capacity` entries to look through, and only when a new statement arrives.
            guard let oldest = entries.filter(\.value.isReady).min(by: { $0.value.lastUse < $1.value.lastUse }) else {
                return .unnamed
            }
            forget(oldest.key)
        }
        names += 1
        entries[sql] = Entry(name: "s\(names)", isReady: false, lastUse: uses)
        return .prepare(name: "s\(names)")
    }

    /// The names of statements that the server may forget, each told once, without those that are still to be sent.
    package mutating func takeDiscarded(except needed: Set<String> = []) -> [String] {
        defer { discarded.removeAll { !needed.contains($0) } }
        return discarded.filter { !needed.contains($0) }
    }

    /// The server has prepared it.
    package mutating func ready(_ sql: String) { entries[sql]?.isReady = true }

    /// The server has not prepared it, or it is of no more use; it is let go of before the next statement is sent.
    package mutating func forget(_ sql: String) {
        guard let entry = entries.removeValue(forKey: sql), entry.isReady else { return }
        discarded.append(entry.name)
    }

    /// The server has forgotten all that was prepared.
    package mutating func forgetAll() {
        entries = [:]
        discarded = []
    }

    /// What the server still has of what was prepared is not known: all of it is let go of before the next statement.
    package mutating func startAnew() {
        entries = [:]
        // `DEALLOCATE ALL` succeeds whatever there is; under a name it would fail where there is nothing.
        discarded = ["ALL"]
    }
}
