import NIOCore
import NIOPosix
import Testing
import WebSockets

@Suite("The life of a connection", .timeLimit(.minutes(2)))
struct ConnectionLifeTests {
    private static let hasty = WebSocketLimits(
        heartbeatInterval: .milliseconds(100),
        heartbeatDeadline: .milliseconds(100),
        closeDeadline: .milliseconds(100)
    )

    @Test("A peer that falls silent is pinged and then cut")
    func halfOpen() async throws {
        try await FrameServer.serving(Self.hasty) { server in
            let peer = try await RawPeer.connect(port: server.port)
            #expect(try await peer.received() == Wire.plain(0x89))
            let closure = await server.nextClosure()
            #expect(closure == WebSocketClosure(code: 1006, reason: "heartbeat missed", origin: .transport))
        }
    }

    @Test("A peer that answers pings stays", arguments: [0x8A, 0x81] as [UInt8])
    func answered(with first: UInt8) async throws {
        // A second ping comes only once the first counts as answered.
        let limits = WebSocketLimits(heartbeatInterval: .milliseconds(50), heartbeatDeadline: .seconds(15))
        try await FrameServer.serving(limits, configure: { _, _ in }) { server in
            let peer = try await RawPeer.connect(port: server.port)
            for count in 1...4 {
                let pings = (0..<count).flatMap { _ in Wire.plain(0x89) }
                #expect(try await peer.received { $0.count >= pings.count } == pings)
                try await peer.send(Wire.masked(first))
            }
        }
    }

    @Test("A peer that does not answer our close frame is cut at the deadline")
    func closeIgnored() async throws {
        try await FrameServer.serving(
            WebSocketLimits(heartbeatInterval: nil, closeDeadline: .milliseconds(100)),
            configure: { channel, _ in channel.pipeline.syncOperations.closeWhenAsked() }
        ) { server in
            let peer = try await RawPeer.connect(port: server.port)
            try await peer.send(Wire.text("go"))
            let close = try await peer.receivedClose()
            #expect(close?.code == 4408)
            #expect(close?.reason == "too slow")
            #expect(await server.nextClosure() == WebSocketClosure(code: 4408, reason: "too slow", origin: .local))
        }
    }

    @Test("A peer that answers our close frame ends it at once, and what it sent meanwhile is ignored")
    func closeAnswered() async throws {
        let patient = WebSocketLimits(heartbeatInterval: nil, closeDeadline: .minutes(10))
        try await FrameServer.serving(
            patient,
            configure: { channel, _ in channel.pipeline.syncOperations.closeWhenAsked() }
        ) { server in
            let peer = try await RawPeer.connect(port: server.port)
            try await peer.send(Wire.text("go"))
            _ = try await peer.received { $0.count >= 4 }
            try await peer.send(Wire.text("too late") + Wire.close(4408))
            #expect(try await peer.receivedClose()?.code == 4408)
        }
    }

    @Test("A peer that hangs up without a word is 1006")
    func hangsUp() async throws {
        try await FrameServer.serving { server in
            let peer = try await RawPeer.connect(port: server.port)
            try await peer.finish()
            #expect(try await peer.received().isEmpty)
            #expect(await server.nextClosure() == WebSocketClosure(code: 1006, reason: "", origin: .transport))
        }
    }

    @Test("A peer that does not read is closed when it owes too much, and learns why once it reads again")
    func slowReader() async throws {
        let limits = WebSocketLimits(
            heartbeatInterval: nil,
            closeDeadline: .seconds(60),
            maxPendingBytes: 1 << 20,
            slowReaderCode: 4408
        )
        let (channels, found) = AsyncStream.makeStream(of: (any Channel).self)
        try await FrameServer.serving(limits, configure: { channel, _ in found.yield(channel) }) { server in
            let peer = try await RawPeer.connect(port: server.port, reads: false)
            var iterator = channels.makeAsyncIterator()
            let channel = try #require(await iterator.next())
            // What the socket has taken is written; the first that is too much fails, and it is not far past 1 MB.
            let written = try await channel.eventLoop.submit {
                var written = 0
                var isFull = false
                let frame = PreparedFrame.binary(ByteBuffer(repeating: 1, count: 100_000))
                while !isFull, written < 10_000 {
                    let promise = channel.eventLoop.makePromise(of: Void.self)
                    promise.futureResult.assumeIsolated().whenFailure { _ in isFull = true }
                    channel.writeAndFlush(WebSocketOutput.prepared(frame), promise: promise)
                    written += 1
                }
                return written
            }.get()
            #expect(written < 10_000)
            let closure = WebSocketClosure(code: 4408, reason: "reads too slowly", origin: .local)
            #expect(await server.nextClosure() == closure)
            try await peer.startReading()
            let bytes = try await peer.received { ((try? Wire.frames($0)) ?? []).last?.opcode == .close }
            let frames = try Wire.frames(bytes)
            #expect(frames.count == written)
            #expect(try ClosePayload(try #require(frames.last).payload).code == 4408)
        }
    }

    @Test("What is written after the close fails")
    func writesAfterClose() async throws {
        let (channels, found) = AsyncStream.makeStream(of: (any Channel).self)
        try await FrameServer.serving(configure: { channel, _ in found.yield(channel) }) { server in
            let peer = try await RawPeer.connect(port: server.port)
            var iterator = channels.makeAsyncIterator()
            let channel = try #require(await iterator.next())
            try await channel.writeAndFlush(WebSocketOutput.close(code: 1000, reason: "")).get()
            await #expect(throws: WebSocketError.closed) {
                try await channel.writeAndFlush(WebSocketOutput.message(.text("late"))).get()
            }
            try await peer.send(Wire.close(1000))
            #expect(try await peer.receivedClose()?.code == 1000)
        }
    }
}

extension ChannelPipeline.SynchronousOperations {
    /// Closes with 4408 at the first message.
    fileprivate func closeWhenAsked() {
        // Adding to a pipeline at its setup on the event loop cannot fail.
        try? addHandler(CloseWhenAsked())
    }
}

private final class CloseWhenAsked: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketOutput

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.write(wrapOutboundOut(.close(code: 4408, reason: "too slow")), promise: nil)
    }
}
