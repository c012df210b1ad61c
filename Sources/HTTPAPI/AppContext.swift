import APIContract
package import Accounts
package import Addressing
import HTTPServing
package import Hummingbird
package import NIOCore

/// What a request carries along the chain.
package struct AppContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The other end of the connection; nil for an address family without addresses, such as a Unix socket.
    package let peer: NetworkAddress?
    /// Our end of the connection.
    package let localAddress: SocketAddress?
    /// The answer's `X-Request-Id`.
    package var requestId = ""
    /// Whom limits and the audit count; the peer, or whom a trusted proxy speaks for.
    package var client: NetworkAddress
    /// Who is asking; set by ``IdentityMiddleware``.
    package var caller: Caller?
    /// Why that is not known; thrown by ``BearerMiddleware``.
    package var identityFailure: (any Error)?

    /// The largest body of any request: nothing a client sends is longer.
    package var maxUploadSize: Int { Self.maximumBodyBytes }
    package static let maximumBodyBytes = 64 * 1024

    private let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        channel = source.channel
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.networkAddress
        localAddress = source.channel.localAddress
        client = peer ?? .unspecified
    }

    /// Since when the request is here, and whether anybody waits for its answer.
    func arrival() async -> RequestArrival { await RequestArrival(on: channel) }

    /// The caller of a route behind ``BearerMiddleware``.
    ///
    /// - Returns: who is asking.
    /// - Throws: 401 where nobody has identified themselves.
    func requireCaller() throws(APIError) -> Caller {
        guard let caller else { throw .unauthenticated(.authenticationRequired, "A bearer token is required.") }
        return caller
    }
}
