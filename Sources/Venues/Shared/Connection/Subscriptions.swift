import NIOCore

/// What an open connection has asked for, was given, and owes; part of ``ConnectionMachine``.
struct Subscriptions: Sendable {
    enum Kind: Sendable { case subscribe, unsubscribe }

    enum Request {
        /// Not now: a reply is awaited, or the last request is too recent.
        case none
        /// Everything wanted is answered for.
        case done
        case subscribe([String])
        case unsubscribe([String])
    }

    private struct Pending: Sendable {
        let id: Int64
        let kind: Kind
        let streams: [String]
        let deadline: NIODeadline
    }

    private let policy: ConnectionPolicy
    let openedAt: NIODeadline
    private(set) var expiresAt: NIODeadline
    var isLive = false
    /// From when the absence of data counts.
    private var activeSince: NIODeadline
    private var active: Set<String> = []
    private var refused: Set<String> = []
    private var pending: Pending?
    private var nextSendAt: NIODeadline

    init(policy: ConnectionPolicy, openedAt: NIODeadline, using random: inout some RandomNumberGenerator) {
        self.policy = policy
        self.openedAt = openedAt
        let earlier = Int64.random(in: 0...policy.lifetimeJitter.nanoseconds, using: &random)
        expiresAt = openedAt + policy.lifetime - .nanoseconds(earlier)
        activeSince = openedAt
        nextSendAt = openedAt
    }

    /// Whether nothing that is wanted will ever come.
    func isUseless(wanted: [String]) -> Bool { active.isEmpty && refused.isSuperset(of: wanted) }

    func fault(at now: NIODeadline, lastHeard: NIODeadline?) -> ConnectionFault? {
        if let pending, now >= pending.deadline { return .acknowledgementLate }
        if let silentAt = silentAt(lastHeard), now >= silentAt { return .silent }
        return nil
    }

    /// Silence counts only once something was subscribed.
    private func silentAt(_ lastHeard: NIODeadline?) -> NIODeadline? {
        active.isEmpty ? nil : max(lastHeard ?? activeSince, activeSince) + policy.silenceDeadline
    }

    func nextDeadline(wanted: [String], lastHeard: NIODeadline?) -> NIODeadline {
        var deadline = expiresAt
        if let silentAt = silentAt(lastHeard) { deadline = min(deadline, silentAt) }
        if let pending { return min(deadline, pending.deadline) }
        return isLive && isSettled(wanted) ? deadline : min(deadline, nextSendAt)
    }

    func nextRequest(wanted: [String], at now: NIODeadline) -> Request {
        guard pending == nil else { return .none }
        if isSettled(wanted) { return .done }
        guard now >= nextSendAt else { return .none }
        let surplus = active.subtracting(wanted)
        if !surplus.isEmpty { return .unsubscribe(Array(surplus.sorted().prefix(policy.streamsPerRequest))) }
        let missing = wanted.lazy.filter { !active.contains($0) && !refused.contains($0) }
        return .subscribe(Array(missing.prefix(policy.streamsPerRequest)))
    }

    private func isSettled(_ wanted: [String]) -> Bool {
        active.isSubset(of: wanted) && wanted.allSatisfy { active.contains($0) || refused.contains($0) }
    }

    mutating func sent(_ kind: Kind, id: Int64, streams: [String], at now: NIODeadline) {
        pending = Pending(id: id, kind: kind, streams: streams, deadline: now + policy.acknowledgementDeadline)
        nextSendAt = now + policy.requestInterval
    }

    mutating func acknowledged(_ id: Int64, at now: NIODeadline) {
        guard let pending, pending.id == id else { return }
        self.pending = nil
        switch pending.kind {
        case .subscribe:
            if active.isEmpty { activeSince = now }
            active.formUnion(pending.streams)
        case .unsubscribe: active.subtract(pending.streams)
        }
    }

    /// Returns the streams that will not come; a refusal without a number is that of the one request under way.
    mutating func refused(_ id: Int64?, at now: NIODeadline) -> [String] {
        guard let pending, id == nil || pending.id == id else { return [] }
        self.pending = nil
        switch pending.kind {
        case .subscribe:
            refused.formUnion(pending.streams)
            return pending.streams
        case .unsubscribe:
            // They may go on coming; asking again would be refused again.
            active.subtract(pending.streams)
            return []
        }
    }

    mutating func leave(within jitter: TimeAmount, at now: NIODeadline, using random: inout some RandomNumberGenerator)
    {
        let delay = Int64.random(in: 0...jitter.nanoseconds, using: &random)
        expiresAt = min(expiresAt, now + .nanoseconds(delay))
    }
}
