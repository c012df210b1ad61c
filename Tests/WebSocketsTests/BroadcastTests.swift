import NIOCore
import NIOPosix
import Synchronization
import Testing
import WebSockets

@Suite("Prepared frames", .timeLimit(.minutes(2)))
struct BroadcastTests {
    @Test("Two hundred subscribers get shared frames and their own messages, whole and in order")
    func broadcast() async throws {
        let subscribers = Mutex<[any Channel]>([])
        let ready = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Void.self)
        try await FrameServer.serving(configure: { channel, _ in
            let count = subscribers.withLock {
                $0.append(channel)
                return $0.count
            }
            if count == 200 { ready.succeed() }
        }) { server in
            var peers: [RawPeer] = []
            for _ in 0..<200 { peers.append(try await RawPeer.connect(port: server.port)) }
            try await ready.futureResult.get()
            // 50 ticks; in each, three shared frames written and flushed once, and to every third one of its own.
            let loops = Dictionary(grouping: subscribers.withLock { Array($0.enumerated()) }) {
                ObjectIdentifier($0.element.eventLoop)
            }
            for tick in 0..<50 {
                let frames = (0..<3).map { PreparedFrame.text("tick \(tick).\($0) " + Self.filler(tick)) }
                for group in loops.values {
                    group[0].element.eventLoop.execute {
                        for (number, subscriber) in group {
                            for frame in frames { subscriber.write(WebSocketOutput.prepared(frame), promise: nil) }
                            if number % 3 == 0 {
                                let own = PreparedFrame.text("own \(number) \(tick)")
                                subscriber.write(WebSocketOutput.prepared(own), promise: nil)
                            }
                            subscriber.flush()
                        }
                    }
                }
            }
            for peer in peers {
                let bytes = try await peer.received { Self.ticks(in: $0) == 150 }
                let texts = try Wire.frames(bytes).map { String(buffer: $0.payload) }
                let shared = texts.filter { $0.hasPrefix("tick") }
                let own = texts.filter { $0.hasPrefix("own") }
                #expect(shared == (0..<150).map { "tick \($0 / 3).\($0 % 3) " + Self.filler($0 / 3) })
                #expect(own.isEmpty || own.enumerated().allSatisfy { $1.hasSuffix(" \($0)") })
            }
        }
    }

    /// All three forms of the length occur, the longest once.
    private static func filler(_ tick: Int) -> String { String(repeating: "x", count: tick == 25 ? 70_000 : tick * 10) }

    private static func ticks(in bytes: [UInt8]) -> Int {
        ((try? Wire.frames(bytes)) ?? []).count { $0.payload.readableBytesView.first == UInt8(ascii: "t") }
    }

    @Test("Messages and prepared frames written through the pipeline keep their order")
    func interleaved() async throws {
        try await FrameServer.serving(configure: { channel, _ in
            channel.eventLoop.execute {
                for number in 0..<100 {
                    channel.write(WebSocketOutput.message(.text("\(number) m")), promise: nil)
                    channel.write(WebSocketOutput.prepared(PreparedFrame.text("\(number) p")), promise: nil)
                }
                channel.flush()
            }
        }) { server in
            let peer = try await RawPeer.connect(port: server.port)
            let bytes = try await peer.received { ((try? Wire.frames($0)) ?? []).count == 200 }
            let texts = try Wire.frames(bytes).map { String(buffer: $0.payload) }
            #expect(texts == (0..<100).flatMap { ["\($0) m", "\($0) p"] })
        }
    }
}
