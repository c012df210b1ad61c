import APIContract
import Foundation
import Hummingbird
import MarketFeed
import Markets

extension Symbol {
    /// The symbol in the path of a request.
    ///
    /// - Throws: ``MarketFeedError/symbolUnknown(_:)`` for what cannot be a symbol.
    init(path context: AppContext) throws {
        // Some venues list names with letters outside ASCII, which arrive escaped.
        let text = try context.parameters.require("symbol")
        guard let symbol = text.removingPercentEncoding.flatMap(Symbol.init) else {
            throw MarketFeedError.symbolUnknown(text)
        }
        self = symbol
    }
}

extension TickerFilter {
    /// `?exchange=&quote=&sort=&limit=`.
    init(query: consuming QueryFields) throws(APIError) {
        let exchange = query.choice("exchange", of: Venue.self)
        let sort = query.choice("sort", of: Sort.self) ?? .volume
        let quote = query.text("quote")
        if let quote, !Self.isQuote(quote) {
            query.complain("quote", .malformed, "Expected 1 to 20 capitals and digits, such as USDT.")
        }
        let limit = query.integer("limit", in: 1...Int64(Self.maximumLimit))
        try query.finish()
        self.init(exchange: exchange, quote: quote, sort: sort, limit: limit.map(Int.init))
    }

    private static func isQuote(_ text: String) -> Bool {
        (1...20).contains(text.utf8.count) && text.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) }
    }
}

extension BookRequest {
    /// `?exchange=&depth=` of `/market/orderbook/:symbol`.
    init(symbol context: AppContext, _ fields: consuming QueryFields) throws {
        let venue = fields.choice("exchange", of: Venue.self)
        let depth = fields.integer("depth", in: 1...Int64(Self.maximumDepth))
        try fields.finish()
        self.init(
            symbol: try Symbol(path: context),
            venue: venue,
            depth: depth.map(Int.init) ?? Self.defaultDepth
        )
    }
}

extension CandleRequest {
    /// `?exchange=&interval=&from=&to=&limit=` of `/market/candles/:symbol`.
    init(symbol context: AppContext, _ fields: consuming QueryFields) throws {
        let venue = fields.choice("exchange", of: Venue.self)
        let interval = fields.choice("interval", of: CandleInterval.self) ?? .oneMinute
        let instants = Self.years.from.milliseconds...(Self.years.to.milliseconds - 1)
        let from = fields.integer("from", in: instants)
        let to = fields.integer("to", in: instants)
        let limit = fields.integer("limit", in: 1...Int64(Self.maximumLimit))
        try fields.finish()
        try self.init(
            symbol: try Symbol(path: context),
            venue: venue,
            interval: interval,
            from: from.map(MarketTime.init),
            to: to.map(MarketTime.init),
            limit: limit.map(Int.init)
        )
    }
}

/// `?exchange=&limit=` of `/market/liquidations/:symbol`.
struct LiquidationQuery {
    static let defaultLimit = 50
    static let maximumLimit = 100

    let symbol: Symbol
    let venue: Venue?
    /// Recent liquidations in the answer.
    let limit: Int

    init(symbol context: AppContext, _ fields: consuming QueryFields) throws {
        venue = fields.choice("exchange", of: Venue.self)
        limit = fields.integer("limit", in: 1...Int64(Self.maximumLimit)).map(Int.init) ?? Self.defaultLimit
        try fields.finish()
        symbol = try Symbol(path: context)
    }
}
