import NIOCore

/// Everything that an open connection owes and is owed; part of ``ConnectionMachine``.
struct OpenConnection: Sendable {
    private let policy: ConnectionPolicy
    let openedAt: NIODeadline
    /// When we leave it.
    private(set) var expiresAt: NIODeadline
    var subscriptions: Subscriptions
    var keepAlive: KeepAlive
    var isLive = false
    /// Its time is over, and it is kept until another one has taken its place.
    var isLeaving = false

    init(policy: ConnectionPolicy, openedAt: NIODeadline, using random: inout some RandomNumberGenerator) {
        self.policy = policy
        self.openedAt = openedAt
        let earlier = Int64.random(in: 0...policy.lifetimeJitter.nanoseconds, using: &random)
        expiresAt = openedAt + policy.lifetime - .nanoseconds(earlier)
        subscriptions = Subscriptions(policy: policy, openedAt: openedAt)
        keepAlive = KeepAlive(policy.ping, openedAt: openedAt)
    }

    func fault(at now: NIODeadline, _ heard: LastHeard) -> ConnectionFault? {
        if let due = subscriptions.answerDue, now >= due { return .acknowledgementLate }
        if let due = keepAlive.due(heard), now >= due { return .pongLate }
        if let silence = subscriptions.active.silence(heard, policy), now >= silence.at { return silence.fault }
        return nil
    }

    func nextDeadline(wanted: [VenueStream], _ heard: LastHeard) -> NIODeadline {
        let deadlines = [
            subscriptions.answerDue, keepAlive.due(heard), keepAlive.nextDeadline,
            subscriptions.active.silence(heard, policy)?.at, subscriptions.nextSend(wanted: wanted),
        ]
        // Of one that is leaving already, the end has been told.
        return deadlines.compactMap(\.self).reduce(isLeaving ? .distantFuture : expiresAt, min)
    }

    mutating func leave(within jitter: TimeAmount, at now: NIODeadline, using random: inout some RandomNumberGenerator)
    {
        let delay = Int64.random(in: 0...jitter.nanoseconds, using: &random)
        expiresAt = min(expiresAt, now + .nanoseconds(delay))
    }
}
