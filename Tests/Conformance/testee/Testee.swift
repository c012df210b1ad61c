import ArgumentParser
import WebSockets

/// Both halves of our WebSocket, to be tested by the Autobahn|Testsuite; `Tools/autobahn` calls it.
@main
struct Testee: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "testee",
        abstract: "Send every WebSocket message back as it came.",
        subcommands: [ServeCommand.self, ConnectCommand.self]
    )

    /// The suite's largest messages are of 16 MB, and of a quarter of a million fragments.
    static let limits = WebSocketLimits(
        maxFrameBytes: 32 << 20,
        maxMessageBytes: 32 << 20,
        maxFragments: 1 << 20,
        maxControlFrames: 10_000,
        maxPendingBytes: 64 << 20
    )
}
