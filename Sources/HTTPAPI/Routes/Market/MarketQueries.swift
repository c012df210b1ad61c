import APIContract
import MarketFeed
import Markets

extension TickerFilter {
    /// `?exchange=&quote=&sort=`.
    init(query: consuming QueryFields) throws(APIError) {
        let exchange = query.choice("exchange", of: Venue.self)
        let sort = query.choice("sort", of: Sort.self) ?? .volume
        let quote = query.text("quote")
        if let quote, quote.utf8.count > Symbol.maximumLength {
            query.complain("quote", .tooLong, "At most \(Symbol.maximumLength) bytes.")
        }
        try query.finish()
        self.init(exchange: exchange, quote: quote, sort: sort)
    }
}

/// `?exchange=&interval=&from=&to=&limit=` of `/market/candles/:symbol`.
struct CandleQueryFields {
    let request: CandleRequest

    init(symbol: String, _ fields: consuming QueryFields) throws {
        let venue = fields.choice("exchange", of: Venue.self)
        let interval = fields.choice("interval", of: CandleInterval.self) ?? .oneMinute
        let years = CandleRequest.years
        let instants = years.from.milliseconds...(years.to.milliseconds - 1)
        let from = fields.integer("from", in: instants)
        let to = fields.integer("to", in: instants)
        let limit = fields.integer("limit", in: 1...Int64(CandleRequest.maximumLimit))
        try fields.finish()
        guard let symbol = Symbol(symbol) else { throw MarketFeedError.symbolUnknown(symbol) }
        request = try CandleRequest(
            symbol: symbol,
            venue: venue,
            interval: interval,
            from: from.map(MarketTime.init),
            to: to.map(MarketTime.init),
            limit: limit.map(Int.init)
        )
    }
}
