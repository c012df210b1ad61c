import Foundation
import NIOCore
import NIOPosix
import Testing
import WebSockets

@Suite("Frames put on the socket itself", .timeLimit(.minutes(2)))
struct SocketSendingTests {
    private static let patient = WebSocketLimits(heartbeatInterval: nil, closeDeadline: .minutes(1))

    /// The server's end of one connection, and what has gone through its channel.
    private struct ServerEnd: Sendable {
        let channel: any Channel
        let passing: NIOLoopBound<PassingBytes>

        /// Runs on the connection's event loop.
        func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
            try await channel.eventLoop.submit(body).get()
        }

        func bytesThroughChannel() async throws -> Int { try await run { passing.value.count } }

        func write(_ text: String) { channel.write(WebSocketOutput.prepared(PreparedFrame.text(text)), promise: nil) }

        /// Returns once the socket has taken everything.
        func writeAndFlush(_ text: String) async throws {
            try await channel.writeAndFlush(WebSocketOutput.prepared(PreparedFrame.text(text))).get()
        }
    }

    private static func connected(
        reads: Bool = true,
        _ body: (ServerEnd, RawPeer, FrameServer) async throws -> Void
    ) async throws {
        let (ends, found) = AsyncStream.makeStream(of: ServerEnd.self)
        try await FrameServer.serving(
            patient,
            configure: { channel, _ in
                let passing = PassingBytes()
                try channel.pipeline.syncOperations.addHandler(passing, position: .first)
                try channel.syncOptions?.setOption(.socketOption(.so_sndbuf), value: 8 << 10)
                found.yield(ServerEnd(channel: channel, passing: NIOLoopBound(passing, eventLoop: channel.eventLoop)))
            }
        ) { server in
            let peer = try await RawPeer.connect(port: server.port, reads: reads)
            var iterator = ends.makeAsyncIterator()
            try await body(try #require(await iterator.next()), peer, server)
        }
    }

    private static func texts(_ bytes: [UInt8]) throws -> [String] {
        try Wire.frames(bytes).map { $0.opcode == .text ? String(buffer: $0.payload) : "\($0.opcode)" }
    }

    @Test("A frame that the socket takes whole never meets the channel")
    func pastTheChannel() async throws {
        try await Self.connected { end, peer, _ in
            for number in 0..<10 { try await end.writeAndFlush("\(number)") }
            let bytes = try await peer.received { ((try? Wire.frames($0)) ?? []).count == 10 }
            #expect(try Self.texts(bytes) == (0..<10).map(String.init))
            #expect(try await end.bytesThroughChannel() == 0)
        }
    }

    @Test("What the socket does not take waits in the channel, in order, and the way is short again once that is gone")
    func partialWrites() async throws {
        try await Self.connected(reads: false) { end, peer, _ in
            let texts = (0..<600).map { "\($0) " + String(repeating: "x", count: $0 * 11) }
            try await end.run {
                for (number, text) in texts.enumerated() {
                    end.write(text)
                    if number % 50 == 0 { end.channel.write(WebSocketOutput.ping, promise: nil) }
                    if number % 3 != 0 { end.channel.flush() }
                }
            }
            let stuck = try await end.run { try end.channel.syncOptions?.getOption(.bufferedWritableBytes) ?? 0 }
            #expect(stuck > 0)
            let passed = try await end.bytesThroughChannel()
            // More than what is stuck would mean that nothing was sent past the channel.
            #expect(passed >= stuck)
            #expect(passed < texts.map(\.utf8.count).reduce(0, +))

            async let taken: Void = end.writeAndFlush("end")
            try await peer.startReading()
            try await taken
            let behind = try await end.bytesThroughChannel()
            try await end.writeAndFlush("once more")
            #expect(try await end.bytesThroughChannel() == behind)

            let bytes = try await peer.received { ((try? Wire.frames($0)) ?? []).count == 600 + 12 + 2 }
            let expected = texts.enumerated().flatMap { $0 % 50 == 0 ? [$1, "ping"] : [$1] } + ["end", "once more"]
            #expect(try Self.texts(bytes) == expected)
        }
    }

    @Test("A pong and a close frame go out behind what was written before them")
    func controlFrames() async throws {
        try await Self.connected { end, peer, server in
            try await end.run { end.write("before the pong") }
            try await peer.send(Wire.masked(0x89, [7]))
            _ = try await peer.received { ((try? Wire.frames($0)) ?? []).count == 2 }
            try await end.run {
                end.write("before the close")
                end.channel.write(WebSocketOutput.close(code: 4408, reason: ""), promise: nil)
                end.write("behind the close")
            }
            let bytes = try await peer.received { ((try? Wire.frames($0)) ?? []).last?.opcode == .close }
            #expect(try Self.texts(bytes) == ["before the pong", "pong", "before the close", "close"])
            try await peer.send(Wire.close(4408))
            #expect(await server.nextClosure()?.code == 4408)
        }
    }

    @Test("A socket that can send nothing more fails the write and ends the connection, not the process")
    func brokenPipe() async throws {
        try await Self.connected { end, _, server in
            let written = try await end.run {
                try end.channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                    #expect(shutdown($0, Int32(SHUT_WR)) == 0)
                }
                let frame = PreparedFrame.text("to nobody")
                return end.channel.writeAndFlush(WebSocketOutput.prepared(frame))
            }
            await #expect(throws: IOError.self) { try await written.get() }
            #expect(await server.nextClosure() == WebSocketClosure(code: 1006, reason: "", origin: .transport))
        }
    }

    @Test("What was written and never flushed fails when the connection ends")
    func neverFlushed() async throws {
        try await Self.connected { end, peer, _ in
            let written = try await end.run {
                end.channel.write(WebSocketOutput.prepared(PreparedFrame.text("kept")))
            }
            try await peer.finish()
            await #expect(throws: WebSocketError.closed) { try await written.get() }
        }
    }
}

/// Counts the bytes that go to the socket through the channel.
private final class PassingBytes: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private(set) var count = 0

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        count += unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }
}
