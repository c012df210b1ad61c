import Foundation
import Glibc
import Synchronization

/// A Redis server on a port and in a folder of its own, for one test; it dies with this process, however that ends.
package actor ThrowawayRedis {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    /// Whether the server is installed; tests that need it are `.enabled(if:)` this.
    package static let isInstalled = Command.find("redis-server") != nil

    package nonisolated let port: Int
    private let folder: URL
    private let options: [String]
    private var running: (process: Process, leash: FileHandle, ended: AsyncStream<Void>)?

    private init(options: [String]) throws {
        port = try Self.freePort()
        self.options = options.map { [port] in $0 == "PORT" ? "\(port)" : $0 }
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tp-redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// A server that runs while `body` does.
    ///
    /// - Parameters:
    ///   - options: such as `--requirepass`, `word`; `PORT` stands for its port.
    ///   - body: may kill and start it as it likes.
    /// - Throws: what the body throws, or what keeps the server from starting.
    package static func run(
        options: [String] = [],
        _ body: (ThrowawayRedis) async throws -> Void
    ) async throws {
        let redis = try await started(options)
        do {
            try await body(redis)
        } catch {
            await redis.remove()
            throw error
        }
        await redis.remove()
    }

    /// Three masters of a cluster.
    package static func runCluster(_ body: ([ThrowawayRedis]) async throws -> Void) async throws {
        try await run(options: ["--cluster-enabled", "yes"]) { one in
            try await run(options: ["--cluster-enabled", "yes"]) { two in
                try await run(options: ["--cluster-enabled", "yes"]) { three in
                    let servers = [one, two, three]
                    let addresses = servers.map { "127.0.0.1:\($0.port)" }
                    let made = try await cli(["--cluster", "create"] + addresses + ["--cluster-yes"])
                    guard made.status == 0 else { throw Failure(description: made.output + made.errors) }
                    try await body(servers)
                }
            }
        }
    }

    package nonisolated var url: String { "redis://127.0.0.1:\(port)" }

    /// Runs `redis-cli` against the server.
    @discardableResult
    package nonisolated func cli(_ arguments: String...) async throws -> String {
        try await Self.cli(["-p", "\(port)"] + arguments).output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func cli(_ arguments: [String]) async throws -> Command {
        guard let path = Command.find("redis-cli") else { throw Failure(description: "redis-cli is not installed") }
        return try await Command(path, arguments)
    }

    /// Starts it on its port; returns when it takes connections.
    package func start() async throws {
        guard running == nil, let server = Command.find("redis-server") else { return }
        let log = folder.appendingPathComponent("log")
        try Data().write(to: log)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // The shell waits for the end of its input, which is this process's end at the latest.
        let script = "\"$@\" >log 2>&1 & echo $! >pid; cat >/dev/null; kill -9 $!; wait"
        process.arguments =
            ["-c", script, "sh", server] + [
                "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder.path,
                "--enable-debug-command", "yes", "--cluster-node-timeout", "2000",
            ] + options
        process.currentDirectoryURL = folder
        let leash = Pipe()
        // Other programs that this process starts must not hold it.
        _ = fcntl(leash.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        process.standardInput = leash
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        running = (process, leash.fileHandleForWriting, ended)
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let said = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
            if said.contains("Ready to accept connections") { return }
            guard ContinuousClock.now < deadline, !said.contains("Failed listening") else {
                await kill()
                throw Failure(description: "Redis did not start: \(said.suffix(500))")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// SIGKILL; returns when it is gone.
    package func kill() async {
        guard let running else { return }
        self.running = nil
        if let server = try? processID() { _ = Glibc.kill(server, SIGKILL) }
        try? running.leash.close()
        running.process.terminate()
        for await _ in running.ended {}
    }

    /// SIGSTOP: it stays connected, and says nothing.
    package func freeze() throws { _ = Glibc.kill(try processID(), SIGSTOP) }

    package func thaw() throws { _ = Glibc.kill(try processID(), SIGCONT) }

    private func processID() throws -> pid_t {
        let text = try String(contentsOf: folder.appendingPathComponent("pid"), encoding: .utf8)
        guard let id = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), id > 1 else {
            throw Failure(description: "no process id")
        }
        return id
    }

    private func remove() async {
        await kill()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Another program may take the port before the server does: then the next one is tried.
    private static func started(_ options: [String]) async throws -> ThrowawayRedis {
        for _ in 0..<5 {
            let redis = try ThrowawayRedis(options: options)
            do {
                try await redis.start()
                return redis
            } catch is Failure {
                await redis.remove()
            }
        }
        throw Failure(description: "Redis did not start five times")
    }

    private static func freePort() throws -> Int {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(file) }
        // A cluster's servers talk to each other on the port plus 10,000, so it stays below the ephemeral ones.
        for _ in 0..<100 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            let port = UInt16.random(in: 12_000..<22_000)
            address.sin_port = port.bigEndian
            let bound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if bound == 0 { return Int(port) }
        }
        throw Failure(description: "no free port")
    }
}
