import Foundation

/// How many sockets and files this process may have open.
enum FileDescriptors {
    /// Raises the soft limit to the hard one, which any process may, and returns what is in force.
    ///
    /// Many systems start a service with 1,024 and allow half a million.
    static func raiseLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(descriptors, &limit) == 0 else { return 1024 }
        let before = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        guard before < limit.rlim_max, setrlimit(descriptors, &limit) != 0 else {
            return Int(clamping: limit.rlim_cur)
        }
        return Int(clamping: before)
    }

    #if canImport(Glibc)
    private static let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    private static let descriptors = RLIMIT_NOFILE
    #endif
}
