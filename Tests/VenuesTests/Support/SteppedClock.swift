import Markets
import Synchronization
import VenueSimulator

/// The clock of a simulated market that can be stopped, so that its books stand still and can be compared.
final class SteppedClock: Sendable {
    private let stopped = Mutex<MarketTime?>(nil)

    var clock: MarketClock { MarketClock { [self] in stopped.withLock { $0 } ?? MarketClock.system.now() } }

    /// Stops at the end of the next second: whatever a venue tells at intervals is told of it then.
    func stop() {
        let now = MarketClock.system.now().milliseconds
        stopped.withLock { $0 = MarketTime(milliseconds: (now / 1000 + 2) * 1000) }
    }
}
