import Markets

/// One venue's request budget, shared by everything that asks it over REST from this process.
///
/// Requests past the budget wait until there is room. At most ``maximumWaiting`` wait, none longer than
/// ``maximumWait``; the others are refused at once with the time to come again.
package actor RequestBudget {
    package static let maximumWaiting = 256
    /// One minute covers an exhausted budget; a longer order (`Retry-After` of a ban) is the caller's to see.
    package static let maximumWait: Duration = .seconds(61)

    package nonisolated let rules: RequestRules
    private var machine: RequestBudgetMachine
    private let clock: VenueClock
    private var waiting = 0

    package init(_ rules: RequestRules, clock: VenueClock = .system) {
        self.rules = rules
        machine = RequestBudgetMachine(rules)
        self.clock = clock
    }

    /// A budget of that much weight a minute.
    package init(limit: Int, clock: VenueClock = .system) {
        self.init(RequestRules(total: .init(limit, perSeconds: 60)), clock: clock)
    }

    /// Weight booked or reported lately.
    package var used: Int { machine.used(at: clock.now()) }

    /// Returns once the weight is booked.
    ///
    /// - Parameters:
    ///   - weight: what the venue charges.
    ///   - path: what is asked for; some endpoints have a count of their own.
    /// - Throws: ``VenueRequestError/budgetExhausted(retryAfterSeconds:)``, or ``VenueRequestError/cancelled``.
    package func acquire(weight: Int, path: String = "") async throws(VenueRequestError) {
        while case .wait(let until) = machine.request(weight: weight, path: path, at: clock.now()) {
            let milliseconds = max(1, until.since(clock.now()))
            guard waiting < Self.maximumWaiting, .milliseconds(milliseconds) <= Self.maximumWait else {
                throw .budgetExhausted(retryAfterSeconds: Int((milliseconds + 999) / 1000))
            }
            waiting += 1
            defer { waiting -= 1 }
            do { try await clock.sleep(.milliseconds(milliseconds)) } catch { throw .cancelled }
        }
    }

    package func report(usedWeight: Int) {
        machine.report(usedWeight: usedWeight, at: clock.now())
    }

    package func block(seconds: Int) {
        machine.block(until: clock.now().adding(milliseconds: Int64(seconds) * 1000))
    }
}
