import Markets

/// One understood request to the REST interface, and what it weighs.
enum BinanceEndpoint: Hashable, Sendable {
    case ping
    case time
    case exchangeInfo(symbols: [String]?)
    case dayTickers(symbols: [String]?)
    case candles(symbol: String, interval: CandleInterval, from: MarketTime?, to: MarketTime?, limit: Int)
    case depth(symbol: String, limit: Int)
    case trades(symbol: String, limit: Int)

    init(path: String, query: BinanceQuery) throws(BinanceError) {
        var query = query
        switch path {
        case "/api/v3/ping": self = .ping
        case "/api/v3/time": self = .time
        case "/api/v3/exchangeInfo":
            // Whether permission sets are listed; the simulator has none to list.
            _ = try query.text("showPermissionSets")
            self = .exchangeInfo(symbols: try query.symbols())
        case "/api/v3/ticker/24hr": self = .dayTickers(symbols: try query.symbols())
        case "/api/v3/klines": self = try Self.candles(&query)
        case "/api/v3/depth":
            self = .depth(symbol: try query.required("symbol"), limit: try query.limit(standard: 100, most: 5000))
        case "/api/v3/trades":
            self = .trades(symbol: try query.required("symbol"), limit: try query.limit(standard: 500, most: 1000))
        default: throw .unknownPath
        }
        try query.finish()
    }

    private static func candles(_ query: inout BinanceQuery) throws(BinanceError) -> BinanceEndpoint {
        let symbol = try query.required("symbol")
        guard let interval = CandleInterval(rawValue: try query.required("interval")) else { throw .invalidInterval }
        let from = try query.time("startTime")
        let to = try query.time("endTime")
        if let from, let to, from > to { throw .invalidTimes }
        let limit = try query.limit(standard: 500, most: 1000)
        return .candles(symbol: symbol, interval: interval, from: from, to: to, limit: limit)
    }

    /// - Source: facts on weights of July 2026, rest-api.md.
    var weight: Int {
        switch self {
        case .ping, .time: 1
        case .exchangeInfo: 20
        case .dayTickers(let symbols): Self.tickerWeight(symbols?.count)
        case .candles: 2
        case .depth(_, let limit): limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250
        case .trades: 25
        }
    }

    private static func tickerWeight(_ symbols: Int?) -> Int {
        guard let symbols, symbols <= 100 else { return 80 }
        return symbols <= 20 ? 2 : 40
    }
}
