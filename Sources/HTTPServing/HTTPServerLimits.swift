package import Addressing
package import NIOCore

/// What one connection, one request and all of them together may cost the server.
package struct HTTPServerLimits: Sendable {
    /// Bytes of the request target; more is 414.
    package var maxURIBytes: Int
    /// Bytes of one header field, name and value; more is 431.
    package var maxHeaderFieldBytes: Int
    /// Bytes of all header fields of a request; more is 431.
    package var maxHeaderBytes: Int
    /// Header fields of a request, trailers included; more is 431.
    package var maxHeaderCount: Int
    /// Bytes of a request body, whether declared or chunked; more is 413 and the connection ends.
    package var maxBodyBytes: Int
    /// From the first byte of a request to the end of its header: absolute, so that dripping bytes gains nothing.
    package var headerDeadline: TimeAmount
    /// From the end of the header to the end of the body: absolute too.
    package var bodyDeadline: TimeAmount
    /// How long a connection may wait for its first or next request.
    package var idleTimeout: TimeAmount
    /// How long a client may leave an answer unread before it is hung up on.
    package var stallTimeout: TimeAmount
    /// How long a connection that got its last answer may take to hang up, its input being thrown away.
    package var lingerDeadline: TimeAmount
    /// How long requests in flight may take once the server shuts down.
    package var drainDeadline: TimeAmount
    /// Requests served on one connection before it is closed; nil for no bound.
    package var maxRequestsPerConnection: Int?
    /// Open connections; one more is answered 503 with `Retry-After` and closed.
    package var maxConnections: Int
    /// Open connections of one address (an IPv6 /64 counts as one); nil for no bound.
    package var maxConnectionsPerAddress: Int?
    /// Whom ``maxConnectionsPerAddress`` does not hold for, such as our own proxies.
    package var trustedAddresses: [NetworkBlock]

    package init(
        maxURIBytes: Int = 4 << 10,
        maxHeaderFieldBytes: Int = 8 << 10,
        maxHeaderBytes: Int = 16 << 10,
        maxHeaderCount: Int = 64,
        maxBodyBytes: Int = 2 << 20,
        headerDeadline: TimeAmount = .seconds(10),
        bodyDeadline: TimeAmount = .seconds(30),
        idleTimeout: TimeAmount = .seconds(60),
        stallTimeout: TimeAmount = .seconds(30),
        lingerDeadline: TimeAmount = .seconds(2),
        drainDeadline: TimeAmount = .seconds(8),
        maxRequestsPerConnection: Int? = nil,
        maxConnections: Int = 20_000,
        maxConnectionsPerAddress: Int? = nil,
        trustedAddresses: [NetworkBlock] = []
    ) {
        self.maxURIBytes = maxURIBytes
        self.maxHeaderFieldBytes = maxHeaderFieldBytes
        self.maxHeaderBytes = maxHeaderBytes
        self.maxHeaderCount = maxHeaderCount
        self.maxBodyBytes = maxBodyBytes
        self.headerDeadline = headerDeadline
        self.bodyDeadline = bodyDeadline
        self.idleTimeout = idleTimeout
        self.stallTimeout = stallTimeout
        self.lingerDeadline = lingerDeadline
        self.drainDeadline = drainDeadline
        self.maxRequestsPerConnection = maxRequestsPerConnection
        self.maxConnections = maxConnections
        self.maxConnectionsPerAddress = maxConnectionsPerAddress
        self.trustedAddresses = trustedAddresses
    }
}
