/// How much a venue lets one address ask over REST, and how long it wants us gone when that was too much.
package struct RequestRules: Hashable, Sendable {
    /// At most so much within any span of that length, wherever it begins.
    package struct Limit: Hashable, Sendable {
        package let weight: Int
        package let milliseconds: Int64

        package init(_ weight: Int, perSeconds seconds: Int) {
            precondition(weight > 0 && seconds > 0, "a budget of nothing lets no request through")
            self.weight = weight
            milliseconds = Int64(seconds) * 1000
        }
    }

    /// A limit of one endpoint: of every path that begins so.
    package struct Endpoint: Hashable, Sendable {
        package let path: String
        package let limit: Limit
    }

    /// For all requests together.
    package let total: Limit
    /// For endpoints with a count of their own; the first that fits holds.
    package let endpoints: [Endpoint]
    /// How long to stay away, in seconds, after these statuses when the venue does not say (`Retry-After`).
    package let statusWaits: [Int: Int]

    package init(total: Limit, endpoints: [Endpoint] = [], statusWaits: [Int: Int] = [429: 60, 418: 120]) {
        self.total = total
        self.endpoints = endpoints
        self.statusWaits = statusWaits
    }
}

// Of what the venues allow, a fifth stays for whoever shares the address, for requests that arrive closer together than
// they left, and for what the venue counts differently.
extension RequestRules {
    /// 6,000 weight a minute.
    ///
    /// Bans (418) begin at two minutes and reach three days.
    package static let binanceSpot = RequestRules(total: Limit(4800, perSeconds: 60))

    /// 2,400 weight a minute.
    package static let binanceUSDM = RequestRules(total: Limit(1920, perSeconds: 60))

    /// 600 requests in 5 seconds; 403 says to stay away for ten minutes.
    package static let bybit = RequestRules(total: Limit(480, perSeconds: 5), statusWaits: [403: 600, 429: 10])

    /// 20 requests in 2 seconds to most endpoints, each counted by itself; 40 to candles and books.
    package static let okx = RequestRules(
        total: Limit(200, perSeconds: 2),
        endpoints: [
            Endpoint(path: "/api/v5/market/history-candles", limit: Limit(16, perSeconds: 2)),
            Endpoint(path: "/api/v5/market/candles", limit: Limit(32, perSeconds: 2)),
            Endpoint(path: "/api/v5/market/books", limit: Limit(32, perSeconds: 2)),
            Endpoint(path: "/api/v5/market/tickers", limit: Limit(16, perSeconds: 2)),
            Endpoint(path: "/api/v5/public/instruments", limit: Limit(16, perSeconds: 2)),
            Endpoint(path: "/api/v5/public/open-interest", limit: Limit(16, perSeconds: 2)),
            Endpoint(path: "/api/v5/public/position-tiers", limit: Limit(8, perSeconds: 2)),
            Endpoint(path: "/api/v5/", limit: Limit(8, perSeconds: 2)),
        ],
        statusWaits: [429: 2]
    )

    /// 500 weight in 10 seconds for each endpoint; counted together here.
    package static let mexcSpot = RequestRules(
        total: Limit(400, perSeconds: 10),
        statusWaits: [429: 10, 403: 600, 418: 600]
    )

    /// 10 requests in 2 seconds to the book, 20 to most others, each endpoint counted by itself.
    package static let mexcFutures = RequestRules(
        total: Limit(100, perSeconds: 2),
        endpoints: [
            Endpoint(path: "/api/v1/contract/depth", limit: Limit(8, perSeconds: 2)),
            Endpoint(path: "/api/v1/contract/kline", limit: Limit(16, perSeconds: 2)),
            Endpoint(path: "/api/v1/contract/ticker", limit: Limit(16, perSeconds: 2)),
            Endpoint(path: "/api/v1/contract/detail", limit: Limit(1, perSeconds: 5)),
            Endpoint(path: "/api/v1/", limit: Limit(8, perSeconds: 2)),
        ],
        statusWaits: [429: 10, 403: 600, 418: 600]
    )
}
