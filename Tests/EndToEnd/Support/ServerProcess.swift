import Foundation
import NIOCore
import Synchronization

/// The built program, run as an operator would run it, in a folder of its own.
final class ServerProcess: Sendable {
    struct StartFailure: Error, CustomStringConvertible {
        let description: String
    }

    let address: String
    let dataDirectory: String
    let processID: Int32
    private let log: URL
    private let exit: OnceSignal

    /// The program beside the running tests.
    static let program = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent().appendingPathComponent("tradepulse").path

    /// Starts it and waits until it listens.
    ///
    /// - Parameters:
    ///   - arguments: the command and its arguments.
    ///   - environment: on top of limits wide enough for tests and a free port.
    ///   - dataDirectory: a fresh one when nil.
    /// - Throws: ``StartFailure`` with the end of its log when it ends before it listens.
    init(
        _ arguments: [String] = ["serve"],
        environment: [String: String] = [:],
        dataDirectory: String? = nil
    ) async throws {
        let folder = try dataDirectory ?? Self.makeFolder()
        self.dataDirectory = folder
        log = URL(fileURLWithPath: folder).appendingPathComponent("server.log")
        let exit = OnceSignal()
        self.exit = exit
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = Self.environment(environment, folder: folder)
        let output = Pipe()
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: log)
        process.terminationHandler = {
            Orphans.remove($0.processIdentifier)
            exit.fire(status: $0.terminationStatus)
        }
        try process.run()
        processID = process.processIdentifier
        Orphans.add(processID)
        guard let address = await Self.address(in: output.fileHandleForReading) else {
            let tail = (try? String(contentsOf: log, encoding: .utf8))?.suffix(2_000) ?? ""
            throw StartFailure(description: "tradepulse \(arguments) ended before it listened:\n\(tail)")
        }
        self.address = address
    }

    /// A folder that the cluster's system user can walk through.
    static func makeFolder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tp-e2e-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        Orphans.addFolder(folder)
        return folder
    }

    private static func environment(_ own: [String: String], folder: String) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment
        environment["DATA_DIR"] = folder + "/data"
        environment["PORT"] = "0"
        environment["MARKET_SOURCE"] = "simulated"
        // Several servers run at once: one venue each is enough, except where venues are what is tested.
        environment["VENUES"] = "binance"
        environment["RATE_LIMIT_MAX"] = "1000000"
        environment["AUTH_RATE_LIMIT_MAX"] = "1000000"
        environment["ARGON2_MEMORY_KIB"] = "19456"
        environment["ARGON2_PASSES"] = "2"
        return environment.merging(own) { $1 }
    }

    private static func address(in output: FileHandle) async -> String? {
        await withCheckedContinuation { continuation in
            // A thread of its own: reading a pipe blocks, and the pipe must be read to its end or the server would stall.
            Thread.detachNewThread {
                var text = ""
                var isAnswered = false
                while case let data = output.availableData, !data.isEmpty {
                    guard !isAnswered else { continue }
                    text += String(decoding: data, as: UTF8.self)
                    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("listening on ") }) else {
                        continue
                    }
                    isAnswered = true
                    continuation.resume(returning: String(line.dropFirst("listening on ".count)))
                }
                if !isAnswered { continuation.resume(returning: nil) }
            }
        }
    }

    func signal(_ signal: Int32) { kill(processID, signal) }

    /// Waits until it is gone.
    ///
    /// - Returns: its exit status, or the signal that ended it.
    func ended() async -> Int32 { await exit.wait() }

    /// SIGTERM, and the wait for its end.
    @discardableResult
    func stop() async -> Int32 {
        signal(SIGTERM)
        return await ended()
    }

    var logText: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// The folder of the private cluster's socket.
    var socketDirectory: String { dataDirectory + "/data/postgres/socket" }
}

/// An event that many may wait for, before or after it happens.
final class OnceSignal: Sendable {
    private struct State {
        var status: Int32?
        var waiters: [CheckedContinuation<Int32, Never>] = []
    }

    private let state = Mutex(State())

    func fire(status: Int32) {
        let waiters = state.withLock { state in
            state.status = status
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }

    func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status = state.withLock { state in
                if state.status == nil { state.waiters.append(continuation) }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }
}

/// What must not outlive the tests: servers are ended and folders removed when the test process ends.
private enum Orphans {
    private static let processes = Mutex<[Int32]>([])
    private static let folders = Mutex<[String]>([])

    private static let atEnd: Void = {
        atexit {
            let processes = Orphans.processes.withLock { $0 }
            for process in processes { kill(process, SIGTERM) }
            // A server ends within its ten seconds, its cluster with it.
            for process in processes { waitpid(process, nil, 0) }
            for folder in Orphans.folders.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: folder) }
        }
    }()

    static func add(_ process: Int32) {
        _ = atEnd
        processes.withLock { $0.append(process) }
    }

    static func remove(_ process: Int32) {
        processes.withLock { $0.removeAll { $0 == process } }
    }

    static func addFolder(_ folder: String) {
        _ = atEnd
        folders.withLock { $0.append(folder) }
    }
}
