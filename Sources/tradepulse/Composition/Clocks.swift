import Foundation
import Markets

/// The clocks of a running server; everything else is given its time.
enum Clocks {
    @Sendable static func wall() -> MarketTime {
        MarketTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    /// Milliseconds of a clock that never goes back, whatever the wall clock does.
    @Sendable static func monotonicMilliseconds() -> Int64 {
        Int64(DispatchTime.now().uptimeNanoseconds / 1_000_000)
    }
}
