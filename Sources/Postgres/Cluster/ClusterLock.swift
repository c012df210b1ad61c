import Glibc

/// Keeps two programs from one data directory.
///
/// The kernel lets go of it when the program ends, however it ends.
struct ClusterLock: ~Copyable {
    private let file: Int32

    /// - Throws: ``ClusterError/inUse(directory:process:)`` when another program has it.
    init(path: String, directory: String) throws(ClusterError) {
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .errno(path) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            var text = [UInt8](repeating: 0, count: 32)
            let count = max(0, read(file, &text, text.count))
            close(file)
            throw .inUse(directory: directory, process: Int32(String(decoding: text[..<count], as: UTF8.self)))
        }
        // Who we are, for the message another program shows; the lock itself is the kernel's.
        let own = Array("\(getpid())".utf8)
        ftruncate(file, 0)
        pwrite(file, own, own.count, 0)
    }

    deinit { close(file) }
}
