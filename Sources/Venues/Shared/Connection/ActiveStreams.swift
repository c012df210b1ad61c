import NIOCore

/// The streams that a venue has granted on a connection, and how long each group of them may be silent.
struct ActiveStreams: Sendable {
    private struct Group: Sendable {
        var markets = 0
        var since: NIODeadline
    }

    /// Silence deadlines hold for streams of this many markets.
    private static let busyMarkets = 10

    private var byName: [String: VenueStream] = [:]
    private var groups: [StreamGroup: Group] = [:]

    var isEmpty: Bool { byName.isEmpty }

    func contains(_ name: String) -> Bool { byName[name] != nil }

    /// In the order of their names.
    var streams: [VenueStream] { byName.values.sorted { $0.name < $1.name } }

    mutating func add(_ streams: [VenueStream], at now: NIODeadline) {
        for stream in streams where byName.updateValue(stream, forKey: stream.name) == nil {
            groups[stream.group, default: Group(since: now)].markets += stream.markets
        }
    }

    mutating func remove(_ streams: [VenueStream]) {
        for stream in streams where byName.removeValue(forKey: stream.name) != nil {
            groups[stream.group]?.markets -= stream.markets
            if groups[stream.group]?.markets == 0 { groups[stream.group] = nil }
        }
    }

    /// When silence becomes a fault, of everything or of one group; nil while nothing is subscribed.
    func silence(_ heard: LastHeard, _ policy: ConnectionPolicy) -> (at: NIODeadline, fault: ConnectionFault)? {
        guard let since = groups.values.map(\.since).min() else { return nil }
        let markets = groups.values.reduce(0) { $0 + $1.markets }
        var first = (
            at: max(heard.any ?? since, since) + Self.scaled(policy.silenceDeadline, markets),
            fault: ConnectionFault.silent
        )
        for (group, state) in groups {
            guard let deadline = policy.groupSilence[group] else { continue }
            let at = max(heard[group] ?? state.since, state.since) + Self.scaled(deadline, state.markets)
            if at < first.at { first = (at, .groupSilent(group)) }
        }
        return first
    }

    /// Fewer markets than ten are given as much more time as they are fewer.
    private static func scaled(_ deadline: TimeAmount, _ markets: Int) -> TimeAmount {
        let counted = min(max(markets, 1), busyMarkets)
        return .nanoseconds(deadline.nanoseconds / Int64(counted) * Int64(busyMarkets))
    }
}

/// When market data last came over a connection.
struct LastHeard: Sendable {
    private(set) var any: NIODeadline?
    private var groups = [NIODeadline?](repeating: nil, count: StreamGroup.allCases.count)

    subscript(group: StreamGroup) -> NIODeadline? { groups[group.rawValue] }

    mutating func note(_ group: StreamGroup, at now: NIODeadline) {
        any = now
        groups[group.rawValue] = now
    }
}
