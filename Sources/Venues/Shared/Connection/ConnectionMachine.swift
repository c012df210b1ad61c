package import NIOCore

/// One connection to a venue, as decisions: what to do next given what just happened.
///
/// Does no I/O and has no clock.
///
/// ```
/// idle → connecting → open (subscribing → live) ⇄ open with changed streams
///            ↘ fault      ↘ fault                    any → stopped
///            waiting ← ← ← ←
/// ```
/// Before a live connection reaches the venue's time limit it asks for a successor, ``Action/replace``, and goes on until
/// it is stopped or ends; it is never made again then.
///
/// The owner reports events, carries out the actions in order, and calls with ``Event/timer`` at ``nextDeadline``.
package struct ConnectionMachine: Sendable {
    package enum Event: Hashable, Sendable {
        case start
        /// The streams that this connection shall carry from now on, most wanted first.
        case wanted([VenueStream])
        /// These streams shall be left and taken again, so that they start over.
        case renew([String])
        case opened
        /// The venue may say when to come again.
        case openFailed(retryAfter: TimeAmount?)
        /// The attempt was not made, since the venue would count one too many until then.
        case postponed(TimeAmount)
        case closed
        case acknowledged(RequestReference)
        case refused(VenueRefusal)
        case pong
        /// The venue announced that it closes this connection.
        case closing
        case timer
        case stop
    }

    package enum Action: Hashable, Sendable {
        case connect
        case subscribe(id: Int64, streams: [String])
        case unsubscribe(id: Int64, streams: [String])
        case ping(String)
        /// Close the connection, or give up the attempt, and forget it: what still comes from it does not count.
        case disconnect
        /// Make another connection with the same streams; this one goes on until that is live, and is stopped then.
        case replace
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
        case open(OpenConnection)
        case waiting(until: NIODeadline)
        case stopped
    }

    private let policy: ConnectionPolicy
    private var state = State.idle
    private var wanted: [VenueStream] = []
    private var requestID: Int64 = 0
    private var failures = 0
    private var wasOpen = false
    private var wasLive = false
    private var lastHeard = LastHeard()
    /// Connections made again since the start, the first one not counted.
    package private(set) var reconnects = 0

    package init(policy: ConnectionPolicy = ConnectionPolicy()) {
        self.policy = policy
    }

    package var phase: Phase {
        switch state {
        case .idle: .idle
        case .connecting: .connecting
        case .open(let connection): connection.isLive ? .live : .subscribing
        case .waiting: .waiting
        case .stopped: .stopped
        }
    }

    /// When to call with ``Event/timer`` at the latest; nil when only an event can change anything.
    package var nextDeadline: NIODeadline? {
        switch state {
        case .idle, .stopped: nil
        case .connecting(let deadline): deadline
        case .open(let connection): connection.nextDeadline(wanted: wanted, lastHeard)
        case .waiting(let until): until
        }
    }

    /// Market data came: the one thing that happens too often to be an event.
    package mutating func heard(_ group: StreamGroup, at now: NIODeadline) {
        lastHeard.note(group, at: now)
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
            lastHeard = LastHeard()
            state = .open(OpenConnection(policy: policy, openedAt: now, using: &random))
            return advance(at: now, using: &random)
        case (.connecting, .openFailed(let retryAfter)):
            return fail(.connectFailed, retryAfter: retryAfter, at: now, using: &random)
        case (.connecting, .postponed(let wait)):
            state = .waiting(until: now + wait)
            return [.waiting(.attemptsSpent, wait)]
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
        guard case .open(var connection) = state else { return [] }
        var refused: [VenueStream] = []
        switch event {
        case .closed: return fail(.closed, at: now, using: &random)
        case .closing: connection.leave(within: policy.shutdownJitter, at: now, using: &random)
        case .acknowledged(let reference): connection.subscriptions.acknowledged(reference, at: now)
        case .refused(let refusal): refused = connection.subscriptions.refused(refusal)
        case .renew(let names): connection.subscriptions.renew(names)
        case .pong: connection.keepAlive.answered()
        case .timer: break
        default: return []
        }
        state = .open(connection)
        let report = refused.isEmpty ? [] : [Action.refused(streams: refused.map(\.name))]
        if case .refused = event, connection.subscriptions.isUseless(wanted: wanted) {
            return report + [.disconnect] + fail(.subscriptionRefused, at: now, using: &random)
        }
        return report + advance(at: now, using: &random)
    }

    /// Does what is due on an open connection: leave it, give it up, or send what may be sent.
    private mutating func advance(
        at now: NIODeadline,
        using random: inout some RandomNumberGenerator
    ) -> [Action] {
        guard case .open(var connection) = state else { return [] }
        if now >= connection.expiresAt, !connection.isLive {
            return [.disconnect, .waiting(.planned, .zero)] + connect(at: now)
        }
        if let fault = connection.fault(at: now, lastHeard) {
            return [.disconnect] + fail(fault, at: now, using: &random)
        }
        forgetFailures(connection, at: now)
        defer { state = .open(connection) }
        var actions: [Action] = []
        if now >= connection.expiresAt, !connection.isLeaving {
            connection.isLeaving = true
            actions.append(.replace)
        }
        if let text = connection.keepAlive.next(at: now, lastHeard) { actions.append(.ping(text)) }
        while true {
            switch connection.subscriptions.nextRequest(wanted: wanted, at: now) {
            case .none: return actions
            case .done:
                guard !connection.isLive else { return actions }
                connection.isLive = true
                defer { wasLive = true }
                return actions + [.live(isAgain: wasLive)]
            case .send(let kind, let streams):
                requestID += 1
                connection.subscriptions.sent(kind, id: requestID, streams: streams, at: now)
                let names = streams.map(\.name)
                actions.append(
                    kind == .subscribe
                        ? .subscribe(id: requestID, streams: names) : .unsubscribe(id: requestID, streams: names)
                )
            }
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
        if case .open(let connection) = state {
            forgetFailures(connection, at: now)
            if connection.isLeaving {
                state = .stopped
                return []
            }
        }
        let wait = max(backoff(using: &random), min(retryAfter ?? .zero, .hours(1)))
        failures += 1
        state = .waiting(until: now + wait)
        return [.waiting(fault, wait)]
    }

    /// A connection that lasted, with data, starts the count of failures afresh; one that only opened does not.
    private mutating func forgetFailures(_ connection: OpenConnection, at now: NIODeadline) {
        if lastHeard.any != nil, now >= connection.openedAt + policy.steadyAfter { failures = 0 }
    }

    /// Base × 2^failures up to the cap, of which chance keeps a half to the whole.
    private func backoff(using random: inout some RandomNumberGenerator) -> TimeAmount {
        let doubled = policy.backoffBase.nanoseconds << min(failures, 20)
        let whole = min(doubled, policy.backoffCap.nanoseconds)
        return .nanoseconds(Int64.random(in: (whole / 2)...whole, using: &random))
    }
}
