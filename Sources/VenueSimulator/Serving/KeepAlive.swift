import NIOCore

/// When a venue gives up a client that does not keep its connection alive.
struct KeepAlive: Sendable {
    enum Rule: Sendable {
        /// The venue pings by itself; the client's pong is all it wants.
        case serverPings(every: TimeAmount, deadline: TimeAmount)
        /// Closed when the client has sent nothing for so long.
        case clientMessages(within: TimeAmount)
        /// Closed when for so long nothing went either way.
        case anyTraffic(within: TimeAmount)
        /// Closed when the client has not pinged for so long, whatever else it sends and gets.
        case clientPings(within: TimeAmount)
        /// Closed without a subscription for so long, or with nothing sent either way for twice that.
        case subscription(within: TimeAmount)
    }

    let rule: Rule
    private let begun: NIODeadline
    private var lastMessage: NIODeadline
    private var lastPing: NIODeadline

    init(_ rule: Rule, now: NIODeadline) {
        self.rule = rule
        begun = now
        lastMessage = now
        lastPing = now
    }

    mutating func heard(isPing: Bool, now: NIODeadline) {
        lastMessage = now
        if isPing { lastPing = now }
    }

    /// - Parameters:
    ///   - lastSent: when the client was last sent something.
    ///   - isSubscribed: whether it listens to anything.
    ///   - now: the present.
    /// - Returns: when to look again; nil when the client is to be closed.
    func next(lastSent: NIODeadline, isSubscribed: Bool, now: NIODeadline) -> NIODeadline? {
        let end: NIODeadline
        switch rule {
        case .serverPings: return .distantFuture
        case .clientMessages(let limit): end = lastMessage + limit
        case .anyTraffic(let limit): end = max(lastMessage, lastSent) + limit
        case .clientPings(let limit): end = lastPing + limit
        case .subscription(let limit):
            end = isSubscribed ? max(lastMessage, lastSent) + limit * 2 : begun + limit
        }
        return end > now ? end : nil
    }
}

extension KeepAlive.Rule {
    /// The same with all times divided by a factor.
    func hastened(by factor: Double) -> KeepAlive.Rule {
        func shorter(_ time: TimeAmount) -> TimeAmount { .nanoseconds(Int64(Double(time.nanoseconds) / factor)) }
        return switch self {
        case .serverPings(let interval, let deadline):
            .serverPings(every: shorter(interval), deadline: shorter(deadline))
        case .clientMessages(let limit): .clientMessages(within: shorter(limit))
        case .anyTraffic(let limit): .anyTraffic(within: shorter(limit))
        case .clientPings(let limit): .clientPings(within: shorter(limit))
        case .subscription(let limit): .subscription(within: shorter(limit))
        }
    }
}
