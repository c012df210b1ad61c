import Foundation
import Glibc

/// A process started by a test.
struct Child {
    private let handle: Process
    private let log: String?

    var process: pid_t { handle.processIdentifier }
    var isAlive: Bool { handle.isRunning }

    /// What it wrote last, where that is kept.
    var lastWords: String {
        let text = log.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) } ?? ""
        return String(text.suffix(2000))
    }

    /// Starts a program, as another user where we are root.
    ///
    /// `log`: the file that takes what it writes, begun anew.
    static func start(
        _ command: [String],
        as user: String? = nil,
        environment: [String: String] = [:],
        log: String? = nil
    ) throws -> Child {
        let handle = Process()
        handle.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        if geteuid() == 0, let user, let entry = getpwnam(user)?.pointee {
            let identity = ["--reuid", "\(entry.pw_uid)", "--regid", "\(entry.pw_gid)", "--init-groups"]
            handle.arguments = ["setpriv"] + identity + command
        } else {
            handle.arguments = command
        }
        handle.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        handle.standardInput = FileHandle.nullDevice
        if let log { _ = FileManager.default.createFile(atPath: log, contents: nil) }
        let output = log.flatMap { FileHandle(forWritingAtPath: $0) } ?? FileHandle.nullDevice
        handle.standardOutput = output
        handle.standardError = output
        try handle.run()
        return Child(handle: handle, log: log)
    }

    /// This very test program once more, running one suite in another role.
    static func program(
        suite: String,
        as user: String? = nil,
        environment: [String: String],
        log: String
    ) throws -> Child {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return try start(
            [own, "--testing-library", "swift-testing", "--filter", suite],
            as: user,
            environment: environment,
            log: log
        )
    }

    /// `kill -9`, and waits until it is gone.
    func kill() {
        Glibc.kill(process, SIGKILL)
        handle.waitUntilExit()
    }

    /// Waits for its end.
    ///
    /// - Returns: its exit status.
    func wait() async -> Int32 {
        await withCheckedContinuation { done in
            DispatchQueue.global().async {
                handle.waitUntilExit()
                done.resume(returning: handle.terminationStatus)
            }
        }
    }
}
