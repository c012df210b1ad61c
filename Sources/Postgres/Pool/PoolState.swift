/// How a caller uses a connection.
package enum ConnectionUse: Sendable { case exclusive, shared }

/// A connection lent to a caller, to be given back under its number.
package struct ConnectionLease<Connection> {
    package let member: Int
    package let connection: Connection
    package let use: ConnectionUse
}

extension ConnectionLease: Sendable where Connection: Sendable {}

/// Who has which connection and who waits for one: the pool's decisions, without input or output.
///
/// `Connection` is what is lent, `Ticket` what a waiting caller is told through.
package struct PoolState<Connection, Ticket> {
    package typealias Use = ConnectionUse
    package typealias Lease = ConnectionLease<Connection>

    package enum Decision {
        case lend(Lease)
        case wait
        case turnAway(PostgresError)
    }

    package struct Waiter {
        package let id: Int
        package let use: Use
        package let ticket: Ticket
    }

    private enum Load: Equatable {
        case idle
        case exclusive
        case shared(Int)
    }

    private struct Member {
        let connection: Connection
        var load: Load
        /// When it was last given back, in steps of the pool's own count.
        var lastUse: Int
    }

    private let configuration: PostgresConfiguration
    private var members: [Int: Member] = [:]
    package private(set) var waiters: [Waiter] = []
    package private(set) var opening = 0
    private var lastID = 0
    private var steps = 0
    package private(set) var isClosed = false
    /// Keep the minimum open, not only what is asked for.
    package var keepsMinimum = false

    package init(_ configuration: PostgresConfiguration) { self.configuration = configuration }

    package var openCount: Int { members.count }
    package var lentCount: Int { members.values.filter { $0.load != .idle }.count }
    package var connections: [Connection] { members.values.map(\.connection) }

    /// Connections to be opened now, for those who wait and to keep the minimum.
    package var missing: Int {
        if isClosed { return 0 }
        let forWaiters = waiters.count - opening
        let forMinimum = keepsMinimum ? configuration.minimumConnections - members.count - opening : 0
        let room = configuration.maximumConnections - members.count - opening
        return max(0, min(room, max(forWaiters, forMinimum)))
    }

    package mutating func nextID() -> Int {
        lastID += 1
        return lastID
    }

    /// What to do with a caller who wants a connection.
    package mutating func ask(_ use: Use) -> Decision {
        if isClosed { return .turnAway(.closed) }
        // Those who wait come first.
        if waiters.isEmpty, let lease = lend(use) { return .lend(lease) }
        guard waiters.count < configuration.maximumWaiters else {
            return .turnAway(.poolExhausted(waiting: waiters.count))
        }
        return .wait
    }

    package mutating func enqueue(id: Int, _ use: Use, _ ticket: Ticket) {
        waiters.append(Waiter(id: id, use: use, ticket: ticket))
    }

    package mutating func removeWaiter(_ id: Int) -> Ticket? {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return nil }
        return waiters.remove(at: index).ticket
    }

    /// An idle connection, the one used last; for a shared use also one whose sharers leave room.
    private mutating func lend(_ use: Use) -> Lease? {
        let idle = members.filter { $0.value.load == .idle }.max { $0.value.lastUse < $1.value.lastUse }
        if let (id, member) = idle {
            members[id]?.load = use == .exclusive ? .exclusive : .shared(1)
            return Lease(member: id, connection: member.connection, use: use)
        }
        guard use == .shared else { return nil }
        let shared = members.compactMap { id, member -> (id: Int, sharers: Int)? in
            guard case .shared(let sharers) = member.load, sharers < configuration.pipelineDepth else { return nil }
            return (id, sharers)
        }
        guard let (id, sharers) = shared.min(by: { $0.sharers < $1.sharers }), let member = members[id] else {
            return nil
        }
        members[id]?.load = .shared(sharers + 1)
        return Lease(member: id, connection: member.connection, use: use)
    }

    /// Takes a connection back.
    package mutating func giveBack(_ lease: Lease) {
        steps += 1
        guard let member = members[lease.member] else { return }
        members[lease.member]?.lastUse = steps
        switch member.load {
        case .shared(let sharers) where sharers > 1: members[lease.member]?.load = .shared(sharers - 1)
        default: members[lease.member]?.load = .idle
        }
    }

    /// Those who wait and can be served now, in the order in which they came.
    package mutating func serve() -> [(Ticket, Lease)] {
        var served: [(Ticket, Lease)] = []
        while let first = waiters.first, let lease = lend(first.use) {
            waiters.removeFirst()
            served.append((first.ticket, lease))
        }
        return served
    }

    package mutating func startedOpening() { opening += 1 }

    package mutating func failedOpening() { opening -= 1 }

    /// A new connection joins, idle.
    ///
    /// Returns false when the pool was closed meanwhile.
    package mutating func opened(_ id: Int, _ connection: Connection) -> Bool {
        opening -= 1
        if isClosed { return false }
        steps += 1
        members[id] = Member(connection: connection, load: .idle, lastUse: steps)
        return true
    }

    package mutating func remove(_ id: Int) -> Connection? { members.removeValue(forKey: id)?.connection }

    package mutating func takeWaiters() -> [Ticket] {
        defer { waiters = [] }
        return waiters.map(\.ticket)
    }

    /// Idle connections beyond the minimum that were not used since the pool's count stood at `step`.
    package mutating func removeIdle(unusedSince step: Int) -> [Connection] {
        let idle = members.filter { $0.value.load == .idle && $0.value.lastUse <= step }
            .sorted { $0.value.lastUse < $1.value.lastUse }
        let surplus = idle.prefix(max(0, members.count - configuration.minimumConnections))
        for (id, _) in surplus { members[id] = nil }
        return surplus.map(\.value.connection)
    }

    /// The pool's count now.
    package var step: Int { steps }

    package mutating func close() { isClosed = true }
}
