import Foundation
import Glibc

/// A process started by a test.
struct Child {
    private let handle: Process

    var process: pid_t { handle.processIdentifier }
    var isAlive: Bool { handle.isRunning }

    /// Starts a program, as another user where we are root.
    static func start(
        _ command: [String],
        as user: String? = nil,
        environment: [String: String] = [:]
    ) throws -> Child {
        let handle = Process()
        handle.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let become = geteuid() == 0 ? user.map { ["setpriv", "--reuid", $0, "--regid", $0, "--init-groups"] } : nil
        handle.arguments = (become ?? []) + command
        handle.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        handle.standardInput = FileHandle.nullDevice
        handle.standardOutput = FileHandle.nullDevice
        handle.standardError = FileHandle.nullDevice
        try handle.run()
        return Child(handle: handle)
    }

    /// This very test program once more, running one suite in another role.
    static func program(suite: String, as user: String? = nil, environment: [String: String]) throws -> Child {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return try start(
            [own, "--testing-library", "swift-testing", "--filter", suite],
            as: user,
            environment: environment
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
