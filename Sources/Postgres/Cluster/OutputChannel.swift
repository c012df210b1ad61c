import Glibc

/// The two ends of a stream from a child to us.
///
/// A pair of sockets rather than a pipe: only they can be made, in one step, so that no other child started at the same
/// moment inherits an end and keeps the stream open.
struct OutputChannel {
    let reader: Int32
    let writer: Int32

    init() throws(ClusterError) {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw .errno("socketpair") }
        (reader, writer) = (ends[0], ends[1])
    }

    /// Reads once, blocking: nil at the end.
    func read(into buffer: inout [UInt8]) -> ArraySlice<UInt8>? {
        while true {
            let count = Glibc.read(reader, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            return count > 0 ? buffer[..<count] : nil
        }
    }
}
