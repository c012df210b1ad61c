import Foundation
import Glibc

/// Programs started by us: with a clean environment, default signals, and no files of ours but the ones named.
enum ChildProcess {
    /// Where programs are looked for; the fixed part is for services, whose PATH may be short.
    static let searchPath: [String] = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map(String.init) + [
            "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin",
        ]
    }()

    /// The path of a program.
    static func find(_ name: String) -> String? {
        searchPath.lazy.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Starts a program in a process group of its own, so that a terminal's Ctrl-C reaches us and not it.
    ///
    /// A program that is to be told of our death (`setpriv --pdeathsig`) is told when the *thread* that called this
    /// ends: call it from one that lives as long as we do.
    ///
    /// - Parameters:
    ///   - arguments: the program's path, and what follows it.
    ///   - output: the file that takes its output and its error output.
    /// - Returns: its process id.
    /// - Throws: ``ClusterError/fileSystem(path:reason:)``.
    static func start(_ arguments: [String], output: Int32) throws(ClusterError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        keepFilesFromChildren()
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))

        // Our own directory may be one that the program's user cannot enter.
        let command = ["/bin/sh", "-c", "cd / && exec \"$@\"", "sh"] + arguments
        let variables = ["PATH=\(searchPath.joined(separator: ":"))", "LC_ALL=C.UTF-8", "TZ=UTC"]
        var argv: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for pointer in argv + environment { free(pointer) } }
        var process: pid_t = 0
        let failure = posix_spawn(&process, "/bin/sh", &actions, &attributes, &argv, &environment)
        guard failure == 0 else { throw .fileSystem(path: "/bin/sh", reason: String(cString: strerror(failure))) }
        return process
    }

    /// Not every library marks its sockets, and PostgreSQL does not start with a thousand of ours.
    private static func keepFilesFromChildren() {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for file in files.compactMap(Int32.init) where file > 2 { _ = fcntl(file, F_SETFD, FD_CLOEXEC) }
    }

    /// Waits for a child's end, blocking, and leaves its number taken until ``wait(for:)``.
    static func waitUntilEnded(_ process: pid_t) {
        var info = siginfo_t()
        while waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT) == -1 && errno == EINTR {}
    }

    /// Waits for a child's end, blocking, and lets go of its number.
    ///
    /// - Returns: how it ended, in words: `exit status 1`, `signal 9`; nil for success.
    static func wait(for process: pid_t) -> String? {
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 {
            guard errno == EINTR else { return "it was not ours to wait for" }
        }
        if status & 0x7f != 0 { return "signal \(status & 0x7f)" }
        let code = status >> 8 & 0xff
        return code == 0 ? nil : "exit status \(code)"
    }

    /// Runs a program to its end, blocking.
    ///
    /// - Returns: all that it wrote.
    /// - Throws: ``ClusterError/didNotStart(_:)`` with what it wrote last, when it fails.
    @discardableResult
    static func output(of arguments: [String]) throws(ClusterError) -> String {
        let channel = try OutputChannel()
        defer { close(channel.reader) }
        let started = Result { () throws(ClusterError) in try start(arguments, output: channel.writer) }
        close(channel.writer)
        let process = try started.get()
        var buffer = [UInt8](repeating: 0, count: 4096)
        var bytes: [UInt8] = []
        while let some = channel.read(into: &buffer) { bytes += some }
        let words = String(decoding: bytes, as: UTF8.self)
        if let failure = wait(for: process) {
            throw .didNotStart("\(arguments[0]): \(failure): \(words.suffix(2000))")
        }
        return words
    }
}
