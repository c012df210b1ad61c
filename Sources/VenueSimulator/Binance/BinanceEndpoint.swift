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
    case openInterest(symbol: String)
    case openInterestHistory(symbol: String, period: CandleInterval, limit: Int)
    case premiumIndex(symbol: String?)
    case fundingRates(symbol: String, limit: Int)

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
        case "/api/v3/klines": self = try Self.candles(&query, most: 1000)
        case "/api/v3/depth":
            self = .depth(symbol: try query.required("symbol"), limit: try query.limit(standard: 100, most: 5000))
        case "/api/v3/trades":
            self = .trades(symbol: try query.required("symbol"), limit: try query.limit(standard: 500, most: 1000))
        default: self = try Self.perpetual(path, &query)
        }
        try query.finish()
    }

    private static func perpetual(_ path: String, _ query: inout BinanceQuery) throws(BinanceError) -> BinanceEndpoint {
        switch path {
        case "/fapi/v1/ping": return .ping
        case "/fapi/v1/time": return .time
        case "/fapi/v1/exchangeInfo": return .exchangeInfo(symbols: nil)
        case "/fapi/v1/ticker/24hr": return .dayTickers(symbols: try query.text("symbol").map { [$0] })
        case "/fapi/v1/klines": return try candles(&query, most: 1500)
        case "/fapi/v1/depth":
            return .depth(symbol: try query.required("symbol"), limit: try query.limit(standard: 500, most: 1000))
        case "/fapi/v1/trades":
            return .trades(symbol: try query.required("symbol"), limit: try query.limit(standard: 500, most: 1000))
        case "/fapi/v1/openInterest": return .openInterest(symbol: try query.required("symbol"))
        case "/fapi/v1/premiumIndex": return .premiumIndex(symbol: try query.text("symbol"))
        case "/fapi/v1/fundingRate":
            return .fundingRates(
                symbol: try query.required("symbol"),
                limit: try query.limit(standard: 100, most: 1000)
            )
        case "/futures/data/openInterestHist":
            let symbol = try query.required("symbol")
            guard let period = CandleInterval(rawValue: try query.required("period")) else { throw .invalidInterval }
            let limit = try query.limit(standard: 30, most: 500)
            return .openInterestHistory(symbol: symbol, period: period, limit: limit)
        default: throw .unknownPath
        }
    }

    private static func candles(_ query: inout BinanceQuery, most: Int) throws(BinanceError) -> BinanceEndpoint {
        let symbol = try query.required("symbol")
        guard let interval = CandleInterval(rawValue: try query.required("interval")) else { throw .invalidInterval }
        let from = try query.time("startTime")
        let to = try query.time("endTime")
        if let from, let to, from > to { throw .invalidTimes }
        let limit = try query.limit(standard: 500, most: most)
        return .candles(symbol: symbol, interval: interval, from: from, to: to, limit: limit)
    }

    /// - Source: rest-api.md of July 2026 for the spot market, the customary weights for futures.
    func weight(isPerpetual: Bool) -> Int { isPerpetual ? perpetualWeight : spotWeight }

    private var spotWeight: Int {
        switch self {
        case .exchangeInfo: 20
        case .dayTickers(let symbols): Self.tickerWeight(symbols?.count)
        case .candles: 2
        case .depth(_, let limit): limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250
        case .trades: 25
        default: 1
        }
    }

    private var perpetualWeight: Int {
        switch self {
        case .dayTickers(let symbols): symbols == nil ? 40 : 1
        case .candles(_, _, _, _, let limit): limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1000 ? 5 : 10
        case .depth(_, let limit): limit <= 50 ? 2 : limit <= 100 ? 5 : limit <= 500 ? 10 : 20
        case .trades: 5
        case .premiumIndex(let symbol): symbol == nil ? 10 : 1
        case .openInterestHistory: 0
        default: 1
        }
    }

    private static func tickerWeight(_ symbols: Int?) -> Int {
        guard let symbols, symbols <= 100 else { return 80 }
        return symbols <= 20 ? 2 : 40
    }
}
