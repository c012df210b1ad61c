package import Markets

/// How much we may still ask of a venue, and until when it told us to stay away.
///
/// A value without a clock: time is told to it. The venue counts per address, so requests of other programs behind the
/// same address show up in what it reports.
package struct RequestBudgetMachine: Sendable {
    package enum Decision: Hashable, Sendable {
        /// Ask now; the weight is booked.
        case go
        /// Ask again at that time; nothing is booked.
        case wait(until: MarketTime)
    }

    package let rules: RequestRules
    private var total: SlidingWindow
    private var endpoints: [SlidingWindow]
    private var blockedUntil: MarketTime?
    private var latest = MarketTime(milliseconds: .min)

    package init(_ rules: RequestRules) {
        self.rules = rules
        total = SlidingWindow(rules.total)
        endpoints = rules.endpoints.map { SlidingWindow($0.limit) }
    }

    /// Weight booked or reported within the last span.
    package mutating func used(at now: MarketTime) -> Int {
        total.advance(to: now)
        return total.used
    }

    /// Books a request's weight, or says when to come again.
    ///
    /// - Parameters:
    ///   - weight: what the venue charges.
    ///   - path: what is asked for, query and all; some endpoints have a count of their own.
    ///   - time: now; a time before the latest told counts as that one.
    /// - Returns: whether to ask now.
    package mutating func request(weight: Int, path: String = "", at time: MarketTime) -> Decision {
        // A clock set back hands out no fresh budget.
        latest = max(latest, time)
        let now = latest
        if let blockedUntil {
            if now < blockedUntil { return .wait(until: blockedUntil) }
            self.blockedUntil = nil
        }
        let endpoint = rules.endpoints.firstIndex { path.hasPrefix($0.path) }
        total.advance(to: now)
        if let endpoint { endpoints[endpoint].advance(to: now) }
        // Endpoints count requests, the venue as a whole counts weights.
        let waits = [total.wait(for: weight), endpoint.flatMap { endpoints[$0].wait(for: 1) }]
        if let until = waits.compactMap(\.self).max() { return .wait(until: until) }
        total.book(weight, at: now)
        if let endpoint { endpoints[endpoint].book(1, at: now) }
        return .go
    }

    /// Takes over what the venue says was used lately, when that is more than we counted.
    package mutating func report(usedWeight: Int, at now: MarketTime) {
        latest = max(latest, now)
        total.advance(to: latest)
        let others = usedWeight - total.used
        if others > 0 { total.book(others, at: latest) }
    }

    /// No request before that time; an earlier order never shortens a later one.
    package mutating func block(until time: MarketTime) {
        blockedUntil = max(blockedUntil ?? time, time)
    }
}
