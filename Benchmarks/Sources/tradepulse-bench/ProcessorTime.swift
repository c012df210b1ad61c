import Foundation

/// Time that a processor worked for somebody: it grows by what was done, however busy the machine is with others.
enum ProcessorTime {
    /// Seconds of the calling thread, user and system.
    static var ofThread: Double { seconds(of: CLOCK_THREAD_CPUTIME_ID) }

    /// Seconds of this process, user and system.
    static var ofProcess: Double { seconds(of: CLOCK_PROCESS_CPUTIME_ID) }

    /// Seconds of another process, user and system, to a hundredth; nil when there is none of that number.
    static func of(process: Int32) -> Double? {
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = line.lastIndex(of: ")")  // the name before it may hold spaces
        else { return nil }
        let fields = line[end...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return nil }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
