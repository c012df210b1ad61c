import Dispatch

enum Clocks {
    /// Milliseconds of a clock that never goes back, whatever the wall clock does.
    @Sendable static func monotonicMilliseconds() -> Int64 {
        Int64(DispatchTime.now().uptimeNanoseconds / 1_000_000)
    }
}
