package import Foundation
import Synchronization

/// A clock that moves only when it is told to, for wall time and for time that never goes back alike.
package final class ManualClock: Sendable {
    private let time: Mutex<Int64>

    /// - Parameter milliseconds: since 1970; 2025-01-01 00:00 UTC unless a test cares.
    package init(milliseconds: Int64 = 1_735_689_600_000) { time = Mutex(milliseconds) }

    package var milliseconds: Int64 { time.withLock { $0 } }

    package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    package func advance(milliseconds: Int64) { time.withLock { $0 += milliseconds } }
}
