import NIOCore

/// What an open connection has asked for, was given, and owes; part of ``ConnectionMachine``.
struct Subscriptions: Sendable {
    enum Kind: Sendable { case subscribe, unsubscribe }

    enum Request {
        /// Not now: replies are awaited, or the last request is too recent.
        case none
        /// Everything wanted is answered for.
        case done
        case send(Kind, [VenueStream])
    }

    private struct Pending: Sendable {
        let id: Int64
        let kind: Kind
        var streams: [VenueStream]
        let deadline: NIODeadline
    }

    /// This many requests refused and none granted: the venue wants nothing of us.
    private static let fruitlessLimit = 8

    private let policy: ConnectionPolicy
    private(set) var active = ActiveStreams()
    private var refused: Set<String> = []
    private var pending: [Pending] = []
    /// Parts of refused requests, to be asked by themselves: one bad stream spoils the whole of its request.
    private var parts: [[VenueStream]] = []
    /// Active streams to be left and taken again.
    private var renewing: Set<String> = []
    private var fruitless = 0
    private var nextSendAt: NIODeadline
    private var hour: (end: NIODeadline, requests: Int)

    init(policy: ConnectionPolicy, openedAt: NIODeadline) {
        self.policy = policy
        nextSendAt = openedAt
        hour = (openedAt + .hours(1), 0)
    }

    /// Whether nothing that is wanted will ever come.
    func isUseless(wanted: [VenueStream]) -> Bool {
        guard active.isEmpty else { return false }
        if fruitless >= Self.fruitlessLimit { return true }
        return pending.isEmpty && parts.isEmpty && wanted.allSatisfy { refused.contains($0.name) }
    }

    /// When the oldest request without an answer is late.
    var answerDue: NIODeadline? { pending.first?.deadline }

    /// When the next request may go out, if there is one; nil while it has to wait for an answer.
    func nextSend(wanted: [VenueStream]) -> NIODeadline? {
        guard pending.count < policy.requestsInFlight, case .some = candidate(wanted) else { return nil }
        return sendTime
    }

    private var sendTime: NIODeadline {
        hour.requests < policy.requestsPerHour ? nextSendAt : max(nextSendAt, hour.end)
    }

    func nextRequest(wanted: [VenueStream], at now: NIODeadline) -> Request {
        guard let (kind, streams) = candidate(wanted) else { return pending.isEmpty ? .done : .none }
        guard pending.count < policy.requestsInFlight, now >= sendTime else { return .none }
        return .send(kind, streams)
    }

    /// What would be asked next.
    private func candidate(_ wanted: [VenueStream]) -> (Kind, [VenueStream])? {
        let names = Set(wanted.map(\.name))
        let asked = Set(pending.flatMap { $0.streams.map(\.name) })
        let surplus = active.streams.filter {
            (!names.contains($0.name) || renewing.contains($0.name)) && !asked.contains($0.name)
        }
        if !surplus.isEmpty { return (.unsubscribe, Array(surplus.prefix(policy.streamsPerRequest))) }
        if let part = parts.first { return (.subscribe, part) }
        let missing = wanted.lazy.filter {
            !active.contains($0.name) && !refused.contains($0.name) && !asked.contains($0.name)
        }
        let next = Array(missing.prefix(policy.streamsPerRequest))
        return next.isEmpty ? nil : (.subscribe, next)
    }

    mutating func sent(_ kind: Kind, id: Int64, streams: [VenueStream], at now: NIODeadline) {
        switch kind {
        case .subscribe: if parts.first == streams { parts.removeFirst() }
        case .unsubscribe: renewing.subtract(streams.map(\.name))
        }
        pending.append(
            Pending(id: id, kind: kind, streams: streams, deadline: now + policy.acknowledgementDeadline)
        )
        nextSendAt = now + policy.requestInterval
        if now >= hour.end { hour = (now + .hours(1), 0) }
        hour.requests += 1
    }

    mutating func renew(_ names: [String]) { renewing.formUnion(names.filter { active.contains($0) }) }

    mutating func acknowledged(_ reference: RequestReference, at now: NIODeadline) {
        guard let (kind, streams) = answered(reference) else { return }
        fruitless = 0
        switch kind {
        case .subscribe: active.add(streams, at: now)
        case .unsubscribe: active.remove(streams)
        }
    }

    /// Returns the streams that will not come.
    mutating func refused(_ refusal: VenueRefusal) -> [VenueStream] {
        guard let (kind, streams) = answered(refusal.request) else { return [] }
        guard kind == .subscribe else {
            // They may go on coming; asking again would be refused again.
            active.remove(streams)
            return []
        }
        fruitless += 1
        let culprits = streams.count == 1 ? streams : streams.filter { $0.name == refusal.stream }
        refused.formUnion(culprits.map(\.name))
        let others = streams.filter { stream in !culprits.contains(stream) }
        if culprits.isEmpty {
            parts += [Array(others.prefix(others.count / 2)), Array(others.dropFirst(others.count / 2))]
        } else if !others.isEmpty {
            parts.append(others)
        }
        return culprits
    }

    /// Takes what an answer is about off the list of what is owed.
    private mutating func answered(_ reference: RequestReference) -> (Kind, [VenueStream])? {
        switch reference {
        case .id(let id):
            return pending.firstIndex { $0.id == id }.map { takeWhole($0) }
        case .oldest(let text):
            let index = pending.firstIndex { $0.streams.contains { text.isEmpty || $0.name.contains(text) } }
            return index.map { takeWhole($0) }
        case .stream(let name):
            for index in pending.indices {
                guard let place = pending[index].streams.firstIndex(where: { $0.name == name }) else { continue }
                let kind = pending[index].kind
                let stream = pending[index].streams.remove(at: place)
                if pending[index].streams.isEmpty { pending.remove(at: index) }
                return (kind, [stream])
            }
            return nil
        }
    }

    private mutating func takeWhole(_ index: Int) -> (Kind, [VenueStream]) {
        let request = pending.remove(at: index)
        return (request.kind, request.streams)
    }
}
