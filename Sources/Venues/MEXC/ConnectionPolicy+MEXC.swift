import NIOCore

extension ConnectionPolicy {
    /// How MEXC wants its spot sockets used: 30 streams each, and a word from us within a minute without data.
    ///
    /// <https://mexcdevelop.github.io/apidocs/spot_v3_en/#websocket-market-streams>
    package static let mexcSpot: ConnectionPolicy = {
        var policy = ConnectionPolicy()
        policy.ping = Ping(text: #"{"method":"PING"}"#, interval: .seconds(20))
        policy.streamsPerConnection = 30
        // Each stream is answered by itself, and a blocked one spoils the others of its request.
        policy.streamsPerRequest = 1
        policy.requestsInFlight = 4
        // Half of 100 a second.
        policy.requestInterval = .milliseconds(20)
        return policy
    }()

    /// How MEXC wants its futures sockets used: a word from us every 10 to 20 seconds, or it closes, data or not.
    ///
    /// No number of streams is published; so many were seen to work on one socket.
    /// <https://mexcdevelop.github.io/apidocs/contract_v1_en/#native-ws-connection-address>
    package static let mexcFutures: ConnectionPolicy = {
        var policy = ConnectionPolicy()
        policy.ping = Ping(text: #"{"method":"ping"}"#, interval: .seconds(15))
        policy.streamsPerConnection = 150
        // One contract in a request is all that the venue takes.
        policy.streamsPerRequest = 1
        policy.requestsInFlight = 4
        policy.requestInterval = .milliseconds(50)
        return policy
    }()
}
