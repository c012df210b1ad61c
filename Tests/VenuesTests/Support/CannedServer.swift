import NIOCore
import NIOPosix
import Synchronization

/// An HTTP server on loopback that answers each request with prepared bytes, so that any misbehaviour can be served.
final class CannedServer: Sendable {
    /// What one request gets.
    struct Reply: Sendable {
        var bytes: [UInt8]
        /// Whether the connection is closed after the bytes; left open and silent otherwise.
        var closes = true

        static func response(_ status: Int, headers: [String: String] = [:], _ body: [UInt8]) -> Reply {
            var head = "HTTP/1.1 \(status) Status\r\nContent-Length: \(body.count)\r\nConnection: close\r\n"
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            return Reply(bytes: Array((head + "\r\n").utf8) + body)
        }

        static func response(_ status: Int, headers: [String: String] = [:], _ body: String) -> Reply {
            response(status, headers: headers, Array(body.utf8))
        }
    }

    private let channel: any Channel
    private let log: Log

    /// The address, `http://127.0.0.1:PORT`.
    let url: String

    /// The targets asked for so far, path and query.
    var requests: [String] { log.values.withLock { $0 } }

    /// Serves while the body runs.
    static func serving<Value>(
        _ reply: @escaping @Sendable (_ target: String) -> Reply,
        _ body: (CannedServer) async throws -> Value
    ) async throws -> Value {
        let server = try await CannedServer(reply)
        do {
            let value = try await body(server)
            try await server.channel.close()
            return value
        } catch {
            try? await server.channel.close()
            throw error
        }
    }

    private init(_ reply: @escaping @Sendable (_ target: String) -> Reply) async throws {
        let targets = Log()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Handler { target in
                            targets.values.withLock { $0.append(target) }
                            return reply(target)
                        }
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        log = targets
        url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    private final class Log: Sendable {
        let values = Mutex<[String]>([])
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let reply: (String) -> Reply
        private var received = ""

        init(_ reply: @escaping (String) -> Reply) { self.reply = reply }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            guard received.contains("\r\n\r\n") else { return }
            let words = received.prefix { $0 != "\r\n" }.split(separator: " ")
            received = ""
            let reply = reply(words.count > 1 ? String(words[1]) : "")
            let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: reply.bytes)))
            guard reply.closes else { return }
            let channel = context.channel
            written.whenComplete { _ in channel.close(promise: nil) }
        }
    }
}
