package import NIOCore

/// One connection to a venue, as decisions: what to do next given what just happened.
///
/// Does no I/O and has no clock.
///
/// ```
/// idle → connecting → open (subscribing → live) ⇄ open with changed streams
///            ↘ fault      ↘ fault, or planned        any → stopped
///            waiting ← ← ← ←       ↘ connecting
/// ```
/// The owner reports events, carries out the actions in order, and calls with ``Event/timer`` at ``nextDeadline``.
package struct ConnectionMachine: Sendable {
    package enum Event: Hashable, Sendable {
        case start
        /// The streams that this connection shall carry from now on, most wanted first.
        case wanted([String])
        case opened
        /// The venue may say when to come again.
        case openFailed(retryAfter: TimeAmount?)
        case closed
        case acknowledged(id: Int64)
        case refused(id: Int64?)
        /// The venue announced that it closes this connection.
        case serverShutdown
        case timer
        case stop
    }

    package enum Action: Hashable, Sendable {
        case connect
        case subscribe(id: Int64, streams: [String])
        case unsubscribe(id: Int64, streams: [String])
        /// Close the connection, or give up the attempt, and forget it: what still comes from it does not count.
        case disconnect
        /// Every wanted stream is answered for; `isAgain` when the connection was live before, so that there is a gap.
        case live(isAgain: Bool)
        /// These streams will not come.
        case refused(streams: [String])
        /// Not connected for this reason, and trying again after that time.
        case waiting(ConnectionFault, TimeAmount)
    }

    package enum Phase: Hashable, Sendable {
        case idle, connecting, subscribing, live, waiting, stopped
    }

    private enum State: Sendable {
        case idle
        case connecting(deadline: NIODeadline)
        case open(Subscriptions)
        case waiting(until: NIODeadline)
        case stopped
    }

    private let policy: ConnectionPolicy
    private var state = State.idle
    private var wanted: [String] = []
    private var requestID: Int64 = 0
    private var failures = 0
    private var wasOpen = false
    private var wasLive = false
    /// When market data last came over the open connection.
    private var lastHeard: NIODeadline?
    /// Connections made again since the start, the first one not counted.
    package private(set) var reconnects = 0

    package init(policy: ConnectionPolicy = ConnectionPolicy()) {
        self.policy = policy
    }

    package var phase: Phase {
        switch state {
        case .idle: .idle
        case .connecting: .connecting
        case .open(let subscriptions): subscriptions.isLive ? .live : .subscribing
        case .waiting: .waiting
        case .stopped: .stopped
        }
    }

    /// When to call with ``Event/timer`` at the latest; nil when only an event can change anything.
    package var nextDeadline: NIODeadline? {
        switch state {
        case .idle, .stopped: nil
        case .connecting(let deadline): deadline
        case .open(let subscriptions): subscriptions.nextDeadline(wanted: wanted, lastHeard: lastHeard)
        case .waiting(let until): until
        }
    }

    /// Market data came: the one thing that happens too often to be an event.
    package mutating func heard(at now: NIODeadline) {
        lastHeard = now
    }

    package mutating func handle(
        _ event: Event,
        at now: NIODeadline,
        using random: inout some RandomNumberGenerator
    ) -> [Action] {
        switch (state, event) {
        case (.stopped, _): return []
        case (_, .wanted(let streams)):
            precondition(streams.count <= policy.streamsPerConnection, "more streams than a connection may carry")
            wanted = streams
            return advance(at: now, using: &random)
        case (.open, .stop), (.connecting, .stop):
            state = .stopped
            return [.disconnect]
        case (_, .stop):
            state = .stopped
            return []
        case (.idle, .start): return connect(at: now)
        case (.connecting, .opened):
            if wasOpen { reconnects += 1 }
            wasOpen = true
            lastHeard = nil
            state = .open(Subscriptions(policy: policy, openedAt: now, using: &random))
            return advance(at: now, using: &random)
        case (.connecting, .openFailed(let retryAfter)):
            return fail(.connectFailed, retryAfter: retryAfter, at: now, using: &random)
        case (.connecting, .closed):
            return fail(.connectFailed, at: now, using: &random)
        case (.connecting(let deadline), .timer) where now >= deadline:
            return [.disconnect] + fail(.connectTimedOut, at: now, using: &random)
        case (.waiting(let until), .timer) where now >= until:
            return connect(at: now)
        case (.open, _): return handleOpen(event, at: now, using: &random)
        default: return []
        }
    }

    private mutating func handleOpen(
        _ event: Event,
        at now: NIODeadline,
        using random: inout some RandomNumberGenerator
    ) -> [Action] {
        guard case .open(var subscriptions) = state else { return [] }
        switch event {
        case .closed: return fail(.closed, at: now, using: &random)
        case .serverShutdown:
            subscriptions.leave(within: policy.shutdownJitter, at: now, using: &random)
            state = .open(subscriptions)
            return []
        case .acknowledged(let id):
            subscriptions.acknowledged(id, at: now)
            state = .open(subscriptions)
            return advance(at: now, using: &random)
        case .refused(let id):
            let streams = subscriptions.refused(id, at: now)
            state = .open(subscriptions)
            guard !streams.isEmpty else { return advance(at: now, using: &random) }
            if subscriptions.isUseless(wanted: wanted) {
                return [.refused(streams: streams), .disconnect] + fail(.subscriptionRefused, at: now, using: &random)
            }
            return [.refused(streams: streams)] + advance(at: now, using: &random)
        case .timer:
            return advance(at: now, using: &random)
        default: return []
        }
    }

    /// Does what is due on an open connection: leave it, give it up, or send the next request.
    private mutating func advance(
        at now: NIODeadline,
        using random: inout some RandomNumberGenerator
    ) -> [Action] {
        guard case .open(var subscriptions) = state else { return [] }
        if now >= subscriptions.expiresAt {
            return [.disconnect, .waiting(.planned, .zero)] + connect(at: now)
        }
        if let fault = subscriptions.fault(at: now, lastHeard: lastHeard) {
            return [.disconnect] + fail(fault, at: now, using: &random)
        }
        forgetFailures(subscriptions, at: now)
        defer { state = .open(subscriptions) }
        switch subscriptions.nextRequest(wanted: wanted, at: now) {
        case .none: return []
        case .done:
            guard !subscriptions.isLive else { return [] }
            subscriptions.isLive = true
            defer { wasLive = true }
            return [.live(isAgain: wasLive)]
        case .subscribe(let streams):
            requestID += 1
            subscriptions.sent(.subscribe, id: requestID, streams: streams, at: now)
            return [.subscribe(id: requestID, streams: streams)]
        case .unsubscribe(let streams):
            requestID += 1
            subscriptions.sent(.unsubscribe, id: requestID, streams: streams, at: now)
            return [.unsubscribe(id: requestID, streams: streams)]
        }
    }

    private mutating func connect(at now: NIODeadline) -> [Action] {
        state = .connecting(deadline: now + policy.connectDeadline)
        return [.connect]
    }

    private mutating func fail(
        _ fault: ConnectionFault,
        retryAfter: TimeAmount? = nil,
        at now: NIODeadline,
        using random: inout some RandomNumberGenerator
    ) -> [Action] {
        if case .open(let subscriptions) = state { forgetFailures(subscriptions, at: now) }
        let wait = max(backoff(using: &random), min(retryAfter ?? .zero, .hours(1)))
        failures += 1
        state = .waiting(until: now + wait)
        return [.waiting(fault, wait)]
    }

    /// A connection that lasted, with data, starts the count of failures afresh; one that only opened does not.
    private mutating func forgetFailures(_ subscriptions: Subscriptions, at now: NIODeadline) {
        if lastHeard != nil, now >= subscriptions.openedAt + policy.steadyAfter { failures = 0 }
    }

    /// Base × 2^failures up to the cap, of which chance keeps a half to the whole.
    private func backoff(using random: inout some RandomNumberGenerator) -> TimeAmount {
        let doubled = policy.backoffBase.nanoseconds << min(failures, 20)
        let whole = min(doubled, policy.backoffCap.nanoseconds)
        return .nanoseconds(Int64.random(in: (whole / 2)...whole, using: &random))
    }
}
