import NIOCore

extension ConnectionPolicy {
    /// How Bybit wants its public sockets used.
    ///
    /// <https://bybit-exchange.github.io/docs/v5/ws/connect>
    package static func bybit(_ category: BybitCategory) -> ConnectionPolicy {
        var policy = ConnectionPolicy()
        // The venue closes after ten minutes without a word from us, and recommends this.
        policy.ping = Ping(text: #"{"op":"ping"}"#, interval: .seconds(20))
        // Half of 500 in five minutes.
        policy.attempts = Attempts(count: 250, per: .minutes(5))
        // The venue takes ten topics in one request of spot; of contracts, as many as there are characters for.
        policy.streamsPerRequest = category == .spot ? 10 : 100
        // 21,000 are allowed.
        policy.charactersPerConnection = 20_000
        return policy
    }
}
