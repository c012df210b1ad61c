import Markets
import Synchronization
import VenueSimulator

/// The clock of simulated markets, which can be stopped so that their books stand still and can be compared.
final class StoppableClock: Sendable {
    private let stopped = Mutex<MarketTime?>(nil)

    var clock: MarketClock { MarketClock { [self] in stopped.withLock { $0 } ?? MarketClock.system.now() } }

    /// Stops at the end of this second: whatever a venue tells at intervals is told of it then.
    func stop() {
        let now = MarketClock.system.now().milliseconds
        stopped.withLock { $0 = MarketTime(milliseconds: (now / 1000 + 1) * 1000) }
    }

    func goOn() { stopped.withLock { $0 = nil } }
}
