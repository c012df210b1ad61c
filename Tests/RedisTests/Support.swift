import Logging
import NIOCore
import Redis
import TestKit
import Testing

/// A client that is used while `body` runs.
func withClient(
    _ url: String,
    _ change: (inout RedisConfiguration) -> Void = { _ in },
    _ body: (RedisClient) async throws -> Void
) async throws {
    var configuration = try RedisConfiguration(url: url)
    // Many tests at once on a small machine: patience is not what they test, unless they say so.
    configuration.connectTimeout = .seconds(30)
    configuration.commandTimeout = .seconds(30)
    configuration.silenceLimit = .seconds(60)
    configuration.heartbeat = .minutes(10)
    change(&configuration)
    let client = try RedisClient(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let running = Task { try await client.run() }
    defer { running.cancel() }
    try await body(client)
}

extension RedisClient {
    /// Sends a command until a server is there that answers it.
    func insist(_ name: String, _ arguments: String...) async throws -> RedisValue {
        let command = RedisCommand(name, arguments)
        while true {
            let outcome = await outcome(of: command)
            guard case .failure(let error) = outcome, error.mayPass else {
                return try outcome.get()
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func outcome(of command: RedisCommand) async -> Result<RedisValue, RedisError> {
        do { return .success(try await send(command)) } catch { return .failure(error) }
    }

    /// The error that a command ends with; nil where it is answered.
    func refusal(of name: String, _ arguments: String...) async -> RedisError? {
        do {
            _ = try await send(RedisCommand(name, arguments))
            return nil
        } catch {
            return error
        }
    }
}

extension RedisError {
    fileprivate var mayPass: Bool {
        switch self {
        case .unavailable, .connectionLost, .timedOut: true
        case .server(let failure): failure.code == "CLUSTERDOWN"
        default: false
        }
    }
}
