package import NIOCore

/// When to ping a silent peer and when to give it up.
///
/// Any byte from the peer counts as life.
package struct Heartbeat {
    package enum Check: Equatable, Sendable {
        /// Look again after this long.
        case wait(TimeAmount)
        /// Send a ping, and look again after this long.
        case ping(TimeAmount)
        /// Half open: nothing came since the ping.
        case dead
    }

    private let interval: TimeAmount?
    private let deadline: TimeAmount
    private var lastHeard = NIODeadline.uptimeNanoseconds(0)
    private var pingedAt: NIODeadline?

    package init(limits: WebSocketLimits) {
        self.interval = limits.heartbeatInterval
        self.deadline = limits.heartbeatDeadline
    }

    /// - Returns: when to look first, or nil without heartbeats.
    package mutating func start(at now: NIODeadline) -> TimeAmount? {
        lastHeard = now
        return interval
    }

    package mutating func heard(at now: NIODeadline) {
        lastHeard = now
    }

    package mutating func check(at now: NIODeadline) -> Check {
        guard let interval else { return .wait(deadline) }
        if let pinged = pingedAt {
            if lastHeard <= pinged {
                return now >= pinged + deadline ? .dead : .wait(min(interval, pinged + deadline - now))
            }
            pingedAt = nil
        }
        let due = lastHeard + interval
        guard now >= due else { return .wait(due - now) }
        pingedAt = now
        return .ping(min(interval, deadline))
    }
}

/// How many pings and pongs a peer may send in a window of time: each costs us an answer.
package struct ControlFrameBudget {
    private let count: Int
    private let window: TimeAmount
    private var windowEnds = NIODeadline.uptimeNanoseconds(0)
    private var left = 0

    package init(count: Int, window: TimeAmount) {
        self.count = count
        self.window = window
    }

    package mutating func take(at now: NIODeadline) -> Bool {
        if now >= windowEnds {
            windowEnds = now + window
            left = count
        }
        guard left > 0 else { return false }
        left -= 1
        return true
    }
}
