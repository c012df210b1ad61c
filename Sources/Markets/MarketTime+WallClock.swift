#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension MarketTime {
    /// The instant by the computer's clock.
    package static func wallClock() -> MarketTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return MarketTime(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
