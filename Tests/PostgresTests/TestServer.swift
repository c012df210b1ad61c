import Foundation
import Glibc
import Postgres
import TestKit
import Testing

/// A private cluster of a test's own, with full durability, for tests that are rough with servers.
struct TestServer {
    let directory: String
    let cluster: PrivateCluster
    let configuration: PostgresConfiguration

    static func run<T>(
        _ name: String = #function,
        settings: [String: String] = [:],
        _ body: (TestServer) async throws -> T
    ) async throws -> T {
        try await withStoppedCluster { directory in
            let cluster = PrivateCluster(
                dataDirectory: directory,
                settings: settings,
                logger: ThrowawayCluster.logger
            )
            let server = TestServer(
                directory: directory,
                cluster: cluster,
                configuration: try await cluster.start()
            )
            do {
                let answer = try await body(server)
                await cluster.stop()
                return answer
            } catch {
                await cluster.stop()
                throw error
            }
        }
    }

    var data: String { directory + "/postgres/data" }

    var postmaster: pid_t {
        get async throws { try #require(await cluster.serverProcess) }
    }

    /// All the server's processes: itself, its workers, and one for each session.
    var processes: [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/cwd")) == data
        }
    }

    func pool(_ configure: (inout PostgresConfiguration) -> Void = { _ in }) -> PostgresPool {
        var configuration = configuration
        // Many tests at once on a small machine: patience is not what they test.
        configuration.acquireTimeout = .seconds(60)
        configuration.connectTimeout = .seconds(60)
        configuration.queryTimeout = .seconds(60)
        configure(&configuration)
        return PostgresPool(configuration: configuration, logger: ThrowawayCluster.logger)
    }
}

/// What a process is at, as the system's table has it: `S` for asleep, `T` for stopped, `Z` for ended, with nobody having
/// taken note of it yet.
func processState(_ process: pid_t) -> Character? {
    let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return text?.split(separator: ")").last?.first { $0 != " " }
}

/// Lends a data directory with a cluster that ran before and was stopped in good order.
///
/// It is a copy of one that is made once: `initdb` takes longer than most tests.
func withStoppedCluster<T>(_ body: (_ directory: String) async throws -> T) async throws -> T {
    let made = try await madeCluster.value
    return try await withTemporaryDirectory { directory in
        let copying = try Child.start(["cp", "-a", made + "/postgres", directory])
        try #require(await copying.wait() == 0)
        return try await body(directory)
    }
}

private let madeDirectory = temporaryPath()

/// Short, for a server's socket is below it.
private func temporaryPath() -> String {
    "\(FileManager.default.temporaryDirectory.path)/tp-\(UUID().uuidString.prefix(8))"
}

private let madeCluster = Task {
    atexit { try? FileManager.default.removeItem(atPath: madeDirectory) }
    let cluster = PrivateCluster(dataDirectory: madeDirectory, logger: ThrowawayCluster.logger)
    _ = try await cluster.start()
    await cluster.stop()
    return madeDirectory
}

/// A directory that everybody may pass through, removed afterwards.
func withTemporaryDirectory<T>(_ body: (String) async throws -> T) async throws -> T {
    let directory = temporaryPath()
    try FileManager.default.createDirectory(
        atPath: directory,
        withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o755]
    )
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try await body(directory)
}
