import NIOCore
import NIOPosix

/// A client that sends exactly the bytes it is given, and keeps whatever comes back.
final class RawClient: Sendable {
    struct TimedOut: Error, CustomStringConvertible {
        let received: String
        var description: String { "timed out, having received \(received.debugDescription)" }
    }

    /// How long anything here may take; nothing waits for it unless something is broken.
    static let patience = TimeAmount.seconds(20)

    private let channel: any Channel
    private let inbox: NIOLoopBound<Inbox>

    private init(channel: any Channel, inbox: NIOLoopBound<Inbox>) {
        self.channel = channel
        self.inbox = inbox
    }

    static func connect(port: Int, from source: String? = nil, reads: Bool = true) async throws -> RawClient {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        var bootstrap = ClientBootstrap(group: loop)
            .channelOption(.autoRead, value: reads)
            .channelOption(.allowRemoteHalfClosure, value: true)
        if let source { bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: source, port: 0)) }
        return
            try await bootstrap
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let inbox = Inbox()
                    try channel.pipeline.syncOperations.addHandler(inbox)
                    return RawClient(channel: channel, inbox: NIOLoopBound(inbox, eventLoop: channel.eventLoop))
                }
            }
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    /// Ends our side only.
    func finish() async throws {
        try await channel.close(mode: .output).get()
    }

    func startReading() async throws {
        try await channel.setOption(.autoRead, value: true).get()
        channel.read()
    }

    func close() {
        channel.close(promise: nil)
    }

    /// Everything received so far once it satisfies a condition; throws when the server hangs up or stays silent before.
    func received(until condition: @escaping @Sendable ([UInt8], _ ended: Bool) -> Bool) async throws -> [UInt8] {
        let promise = channel.eventLoop.makePromise(of: [UInt8].self)
        let inbox = self.inbox
        channel.eventLoop.execute { inbox.value.wait(Inbox.Waiter(condition: condition, promise: promise)) }
        let timeout = channel.eventLoop.scheduleTask(in: Self.patience) {
            promise.fail(TimedOut(received: String(decoding: inbox.value.bytes, as: UTF8.self)))
        }
        defer { timeout.cancel() }
        return try await promise.futureResult.get()
    }

    /// Everything received once the server has hung up.
    func receivedUntilEnd() async throws -> String {
        String(decoding: try await received { _, ended in ended }, as: UTF8.self)
    }

    /// Everything received once it holds `count` status lines with their whole header.
    func receivedResponses(_ count: Int) async throws -> String {
        let bytes = try await received { bytes, ended in
            let text = String(decoding: bytes, as: UTF8.self)
            return ended || HTTPAnswer.parseAll(text).count >= count
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

private final class Inbox: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    struct Waiter {
        let condition: @Sendable ([UInt8], Bool) -> Bool
        let promise: EventLoopPromise<[UInt8]>
    }

    private(set) var bytes: [UInt8] = []
    private var ended = false
    private var waiter: Waiter?

    func wait(_ waiter: Waiter) {
        self.waiter = waiter
        check()
    }

    private func check() {
        guard let waiter, waiter.condition(bytes, ended) || ended else { return }
        self.waiter = nil
        waiter.promise.succeed(bytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes.append(contentsOf: unwrapInboundIn(data).readableBytesView)
        check()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return }
        finish(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(context)
    }

    private func finish(_ context: ChannelHandlerContext) {
        ended = true
        check()
        context.close(promise: nil)
    }
}
