import ArgumentParser
import NIOCore
import NIOPosix
import Synchronization
import WebSockets

/// Our client half, led through the cases of a fuzzing server.
struct ConnectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Go through every case of a fuzzing server, and let it write its report."
    )

    @Argument(help: "The fuzzing server, such as ws://127.0.0.1:9001.")
    var server: String

    @Option(help: "Our name in the report.")
    var agent = "tradepulse"

    func run() async throws {
        let count = Mutex("")
        try await open("/getCaseCount") { _, message in count.withLock { $0 = String(buffer: message.payload) } }
        guard let cases = Int(count.withLock { $0 }), cases > 0 else { throw ValidationError("No cases to run.") }
        for number in 1...cases {
            try await open("/runCase?case=\(number)&agent=\(agent)") { $0.sendNow($1) }
        }
        try await open("/updateReports?agent=\(agent)") { _, _ in }
    }

    /// One connection, until the server ends it.
    private func open(
        _ path: String,
        _ onMessage: @escaping @Sendable (WebSocketConnection, WebSocketMessage) -> Void
    ) async throws {
        let client = WebSocketClient(limits: Testee.limits)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let connection = try await client.connect(to: server + path, on: loop, onMessage: onMessage).get()
        _ = try await connection.closed.get()
    }
}
