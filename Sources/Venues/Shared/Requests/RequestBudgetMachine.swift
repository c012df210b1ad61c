package import Markets

/// How much weight we may still ask of a venue in this minute, and until when it told us to stay away.
///
/// A value without a clock: time is told to it. The venue counts per calendar minute and address, so requests of other
/// programs behind the same address show up in what it reports.
package struct RequestBudgetMachine: Sendable {
    package enum Decision: Hashable, Sendable {
        /// Ask now; the weight is booked.
        case go
        /// Ask again at that time; nothing is booked.
        case wait(until: MarketTime)
    }

    /// Weight per minute that we allow ourselves.
    package let limit: Int
    private var minute: Int64 = .min
    private var used = 0
    private var blockedUntil: MarketTime?

    package init(limit: Int) {
        precondition(limit > 0, "a budget of nothing lets no request through")
        self.limit = limit
    }

    /// Weight booked or reported in the minute that holds the time.
    package func used(at now: MarketTime) -> Int { Self.minute(of: now) == minute ? used : 0 }

    /// Books a request's weight, or says when to come again.
    ///
    /// A weight above the whole budget goes through at the start of a minute rather than never.
    package mutating func request(weight: Int, at now: MarketTime) -> Decision {
        if let blockedUntil {
            if now < blockedUntil { return .wait(until: blockedUntil) }
            self.blockedUntil = nil
        }
        enterMinute(of: now)
        guard used == 0 || used + weight <= limit else {
            return .wait(until: MarketTime(milliseconds: (minute + 1) * 60_000))
        }
        used += weight
        return .go
    }

    /// Takes over what the venue says was used in its current minute, when that is more than we counted.
    package mutating func report(usedWeight: Int, at now: MarketTime) {
        enterMinute(of: now)
        used = max(used, usedWeight)
    }

    /// No request before that time; an earlier order never shortens a later one.
    package mutating func block(until time: MarketTime) {
        blockedUntil = max(blockedUntil ?? time, time)
    }

    private mutating func enterMinute(of now: MarketTime) {
        let current = Self.minute(of: now)
        // A clock set back must not hand out a fresh budget.
        guard current > minute else { return }
        minute = current
        used = 0
    }

    private static func minute(of time: MarketTime) -> Int64 { time.milliseconds / 60_000 }
}
