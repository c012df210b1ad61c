import Foundation
import Glibc
import Synchronization

/// Takes what the server writes: into a file that is begun anew at a bound, with one predecessor kept, and the last
/// lines in memory for the message of a start that fails.
///
/// It reads on a thread of its own until every process that holds the pipe has ended. A full disk loses lines and
/// nothing else.
final class ServerLog: Sendable {
    private static let bound = 4 * 1024 * 1024
    private static let keptLines = 12

    private let path: String
    private let lines = Mutex<[String]>([])
    private let channel: OutputChannel

    /// The end that the server writes to.
    var input: Int32 { channel.writer }

    init(path: String) throws(ClusterError) {
        self.path = path
        channel = try OutputChannel()
        let thread = Thread { [self] in drain() }
        thread.name = "postgres.log"
        thread.start()
    }

    /// Lets the thread end when the last server has.
    func finish() { close(channel.writer) }

    /// The last lines, in one.
    var lastWords: String { lines.withLock { $0.joined(separator: "; ") } }

    private func drain() {
        var buffer = [UInt8](repeating: 0, count: 32 * 1024)
        var file = LogFile(path: path)
        while let bytes = channel.read(into: &buffer) {
            file.write(bytes, bound: Self.bound)
            remember(bytes)
        }
        close(channel.reader)
        file.close()
    }

    private func remember(_ bytes: ArraySlice<UInt8>) {
        let new = String(decoding: bytes, as: UTF8.self).split(separator: "\n").suffix(Self.keptLines)
        lines.withLock { $0 = Array(($0 + new.map { String($0.prefix(500)) }).suffix(Self.keptLines)) }
    }
}

private struct LogFile {
    private let path: String
    private var file: Int32
    private var size: Int

    init(path: String) {
        self.path = path
        file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        size = max(0, Int(lseek(file, 0, SEEK_END)))
    }

    mutating func write(_ bytes: ArraySlice<UInt8>, bound: Int) {
        if size + bytes.count > bound {
            close()
            rename(path, path + ".1")
            self = LogFile(path: path)
        }
        size += max(0, bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) })
    }

    func close() { _ = Glibc.close(file) }
}
