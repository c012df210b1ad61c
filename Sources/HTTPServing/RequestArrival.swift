package import NIOCore

#if canImport(Glibc)
import Glibc
#endif

/// Since when the request that a connection carries is here, and whether anybody waits for its answer.
package struct RequestArrival: Sendable {
    /// How long ago its last byte was received.
    ///
    /// By the kernel, since a busy server reads late; less than the truth by some ten milliseconds, and never more. On
    /// other systems than Linux always zero.
    package let age: Duration
    /// The client has hung up, or will say no more, which looks the same; proxies make no difference either.
    package let isAbandoned: Bool

    /// Looks at the connection now.
    ///
    /// - Parameter channel: one of a server that was built by ``HTTPServerBuilder/limited(limits:refusalHeaders:webSocket:ledger:)``;
    ///   for any other the request is new and somebody waits.
    package init(on channel: any Channel) async {
        let arrival = try? await channel.eventLoop.flatSubmit { Self.look(at: channel) }.get()
        self = arrival ?? RequestArrival(age: .zero, isAbandoned: !channel.isActive)
    }

    private init(age: Duration, isAbandoned: Bool) {
        self.age = age
        self.isAbandoned = isAbandoned
    }

    private static func look(at channel: any Channel) -> EventLoopFuture<RequestArrival> {
        let gate = try? channel.pipeline.syncOperations.handler(type: HTTPConnectionHandler.self)
        let isAbandoned = !channel.isActive || gate?.inputClosed == true
        return sinceLastByte(on: channel).map { RequestArrival(age: $0, isAbandoned: isAbandoned) }
    }

    /// The kernel counts in ticks, of ten milliseconds at most; what a client sent after its request makes it look
    /// younger, never older.
    private static func sinceLastByte(on channel: any Channel) -> EventLoopFuture<Duration> {
        #if os(Linux)
        guard let socket = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeSucceededFuture(.zero)
        }
        return socket.getTCPInfo().map { .milliseconds(max(0, Int($0.tcpi_last_data_recv) - 10)) }
        #else
        return channel.eventLoop.makeSucceededFuture(.zero)
        #endif
    }
}
