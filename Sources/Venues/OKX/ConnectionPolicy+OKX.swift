import NIOCore

extension ConnectionPolicy {
    /// How OKX wants its sockets used.
    ///
    /// <https://www.okx.com/docs-v5/en/#overview-websocket-connect>
    package static let okx: ConnectionPolicy = {
        var policy = ConnectionPolicy()
        // The venue closes after 30 s in which neither side said anything; a ping is the text alone.
        policy.ping = Ping(text: "ping", interval: .seconds(20))
        // Of three connections a second.
        policy.attempts = Attempts(count: 2, per: .seconds(1))
        // Of 480 in an hour.
        policy.requestsPerHour = 400
        // A request of a hundred streams is about 7 kB of 64.
        policy.streamsPerRequest = 100
        policy.streamsPerConnection = 300
        return policy
    }()
}
