package import NIOCore

/// How to reach Redis and how long to wait for it.
package struct RedisConfiguration: Sendable {
    package var target: RedisTarget
    /// The longest wait for a new connection to be ready.
    package var connectTimeout: TimeAmount = .seconds(2)
    /// The longest wait for an answer; the caller goes on without, the connection stays.
    package var commandTimeout: TimeAmount = .milliseconds(500)
    /// A connection that says nothing for so long, while something is asked of it, is given up.
    package var silenceLimit: TimeAmount = .seconds(2)
    /// After so much quiet a connection is asked whether it is still there.
    package var heartbeat: TimeAmount = .seconds(2)
    /// Commands that wait for an answer on one connection; one more is turned away at once.
    package var maximumPending = 10_000
    /// Bytes of those; likewise.
    package var maximumPendingBytes = 64 << 20
    /// The pause before a new attempt; twice as long after each failure up to ``longestPause``, less a random part.
    package var firstPause: TimeAmount = .milliseconds(50)
    package var longestPause: TimeAmount = .seconds(2)
    package var limits = ReplyLimits()
    /// A file of PEM certificates, the authorities that a server's certificate is checked against with TLS; nil: the
    /// system's.
    package var authorities: String?

    package init(target: RedisTarget) { self.target = target }

    /// Settings for a URL, as ``RedisTarget/init(_:)`` reads it.
    ///
    /// - Throws: ``RedisError/invalidConfiguration(_:)``.
    package init(url: String) throws(RedisError) { target = try RedisTarget(url) }
}
