import ArgumentParser
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import WebSockets

/// Many sockets that take every ticker of a running server.
struct FanOutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fanout",
        abstract: "Ticker messages that a running server delivers over WebSockets, and their age on arrival."
    )

    /// The server's bound of sockets for one account.
    static let socketsPerToken = 20

    @Option(help: "The socket's address, such as ws://127.0.0.1:3000/ws.")
    var url: String

    @Option(help: "A file with access tokens, one a line; each serves 20 connections.")
    var tokens: String

    @Option(help: "The process to account for.")
    var serverPid: Int32

    @Option(help: "Sockets that subscribe.")
    var connections = 500

    @Option(help: "Seconds measured, after two to settle.")
    var seconds = 10

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        let tally = try await eventLoop.submit { NIOLoopBound(FanOutTally(), eventLoop: eventLoop) }.get()
        let sockets = try await subscribe(on: eventLoop, tally)
        try await Task.sleep(for: .seconds(2))

        try await eventLoop.submit { tally.value.restart() }.get()
        let before = (server: try serverTime(), own: ProcessorTime.ofProcess, clock: ContinuousClock.now)
        try await Task.sleep(for: .seconds(seconds))
        let after = (server: try serverTime(), own: ProcessorTime.ofProcess, clock: ContinuousClock.now)
        let figures = try await eventLoop.submit { tally.value.figures() }.get()

        let lost = sockets.filter { !$0.channel.isActive }.count
        guard lost == 0 else { throw BenchError.disconnected(lost) }
        guard figures.messages > 0 else { throw BenchError.nothingArrived }
        let elapsed = (after.clock - before.clock) / .seconds(1)
        report(figures, elapsed: elapsed, server: after.server - before.server, own: after.own - before.own)
        for socket in sockets { socket.cut() }
        try await group.shutdownGracefully()
    }

    private func subscribe(
        on eventLoop: any EventLoop,
        _ tally: NIOLoopBound<FanOutTally>
    ) async throws -> [WebSocketConnection] {
        let tokens = try String(contentsOfFile: tokens, encoding: .utf8).split(separator: "\n")
        guard tokens.count * Self.socketsPerToken >= connections else {
            throw ValidationError("\(connections) connections need \(connections / Self.socketsPerToken + 1) tokens.")
        }
        let client = WebSocketClient()
        var sockets: [WebSocketConnection] = []
        for index in 0..<connections {
            let headers: HTTPHeaders = ["authorization": "Bearer \(tokens[index / Self.socketsPerToken])"]
            let socket = try await client.connect(to: url, headers: headers, on: eventLoop) { connection, message in
                if tally.value.take(message.payload) == .welcome {
                    connection.sendNow(.text(#"{"type":"subscribe","channels":["tickers"]}"#))
                }
            }.get()
            sockets.append(socket)
        }
        return sockets
    }

    private func serverTime() throws -> Double {
        guard let time = ProcessorTime.of(process: serverPid) else { throw BenchError.noServer }
        return time
    }

    private func report(_ figures: FanOutFigures, elapsed: Double, server: Double, own: Double) {
        let messages = Double(figures.messages)
        Report.write("sockets", Double(connections), "")
        Report.write("messages delivered", (messages / elapsed).rounded(), "per s")
        Report.write("messages delivered", (messages / server).rounded(), "per server CPU s")
        Report.write("bytes delivered", (Double(figures.bytes) / elapsed / 1e6), "MB per s")
        Report.write("messages to one socket", (messages / elapsed / Double(connections)).rounded(), "per s")
        Report.write("server CPU", server / elapsed, "s per s")
        Report.write("generator CPU", own / elapsed, "s per s")
        Report.write("age on arrival, p50", Double(figures.age.percentile(50)), "ms")
        Report.write("age on arrival, p99", Double(figures.age.percentile(99)), "ms")
        Report.write("behind the first socket, p50", Double(figures.behind.percentile(50)), "ms")
        Report.write("behind the first socket, p99", Double(figures.behind.percentile(99)), "ms")
    }
}
