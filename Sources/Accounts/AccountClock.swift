package import Foundation

/// The two clocks that accounts live by: tokens are judged by the wall clock, cached answers age by the steady one.
package struct AccountClock: Sendable {
    package var now: @Sendable () -> Date
    /// Time since some fixed moment; never goes back when the wall clock is set.
    package var uptime: @Sendable () -> Duration

    package init(now: @escaping @Sendable () -> Date, uptime: @escaping @Sendable () -> Duration) {
        self.now = now
        self.uptime = uptime
    }

    package static let system: AccountClock = {
        let start = ContinuousClock.now
        return AccountClock(now: { Date() }, uptime: { ContinuousClock.now - start })
    }()
}
