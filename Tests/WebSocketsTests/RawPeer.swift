import NIOCore
import NIOPosix
import WebSockets

/// The other end of a connection, sending exactly the bytes it is given and keeping whatever comes back.
final class RawPeer: Sendable {
    struct TimedOut: Error, CustomStringConvertible {
        let received: [UInt8]
        var description: String { "timed out, having received \(received.prefix(200))" }
    }

    private let channel: any Channel
    private let inbox: NIOLoopBound<RawInbox>

    private init(channel: any Channel, inbox: NIOLoopBound<RawInbox>) {
        self.channel = channel
        self.inbox = inbox
    }

    static func connect(port: Int, reads: Bool = true) async throws -> RawPeer {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton.next())
            .channelOption(.autoRead, value: reads)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let inbox = RawInbox()
                    try channel.pipeline.syncOperations.addHandler(inbox)
                    return RawPeer(channel: channel, inbox: NIOLoopBound(inbox, eventLoop: channel.eventLoop))
                }
            }
    }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    func finish() async throws {
        try await channel.close(mode: .output).get()
    }

    func startReading() async throws {
        try await channel.setOption(.autoRead, value: true).get()
        channel.read()
    }

    /// Everything received once a condition holds, or once the other side has hung up.
    func received(until condition: @escaping @Sendable ([UInt8]) -> Bool = { _ in false }) async throws -> [UInt8] {
        let promise = channel.eventLoop.makePromise(of: [UInt8].self)
        let inbox = self.inbox
        channel.eventLoop.execute { inbox.value.wait(condition, promise) }
        let timeout = channel.eventLoop.scheduleTask(in: .seconds(20)) {
            promise.fail(TimedOut(received: inbox.value.bytes))
        }
        defer { timeout.cancel() }
        return try await promise.futureResult.get()
    }

    /// The code and reason of the close frame at the end of everything received, once the other side has hung up.
    func receivedClose() async throws -> ClosePayload? {
        let frames = try Wire.frames(try await received())
        guard let last = frames.last, last.opcode == .close else { return nil }
        return try ClosePayload(last.payload)
    }
}

private final class RawInbox: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private(set) var bytes: [UInt8] = []
    private var ended = false
    private var waiter: (condition: @Sendable ([UInt8]) -> Bool, promise: EventLoopPromise<[UInt8]>)?

    func wait(_ condition: @escaping @Sendable ([UInt8]) -> Bool, _ promise: EventLoopPromise<[UInt8]>) {
        waiter = (condition, promise)
        check()
    }

    private func check() {
        guard let waiter, ended || waiter.condition(bytes) else { return }
        self.waiter = nil
        waiter.promise.succeed(bytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes.append(contentsOf: unwrapInboundIn(data).readableBytesView)
        check()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { end(context) }
    }

    func channelInactive(context: ChannelHandlerContext) { end(context) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(context) }

    private func end(_ context: ChannelHandlerContext) {
        ended = true
        check()
        context.close(promise: nil)
    }
}

/// Frames put together by hand, so that they can be wrong.
enum Wire {
    static let mask: [UInt8] = [0x11, 0x22, 0x33, 0x44]

    /// A frame as a client sends it; `first` is the whole first byte.
    static func masked(_ first: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
        [first] + length(payload.count, bit: 0x80) + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    /// A frame as a server sends it.
    static func plain(_ first: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
        [first] + length(payload.count, bit: 0) + payload
    }

    static func text(_ text: String) -> [UInt8] { masked(0x81, Array(text.utf8)) }

    static func close(_ code: UInt16, _ reason: [UInt8] = []) -> [UInt8] {
        masked(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason)
    }

    private static func length(_ count: Int, bit: UInt8) -> [UInt8] {
        switch count {
        case ...125: [bit | UInt8(count)]
        case ...65_535: [bit | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
        default: [bit | 127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
        }
    }

    /// What a server sent, frame by frame.
    static func frames(_ bytes: [UInt8]) throws -> [Frame] {
        var decoder = FrameDecoder(role: .client, maxFrameBytes: 64 << 20)
        decoder.append(ByteBuffer(bytes: bytes))
        var frames: [Frame] = []
        while let frame = try decoder.next() { frames.append(frame) }
        return frames
    }
}
