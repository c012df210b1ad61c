import APIContract
import HTTPTypes
import MarketFeed
import Markets

extension APIError {
    /// What a question to the market data can be wrong with.
    init(market error: MarketFeedError) {
        switch error {
        case .symbolUnknown(let text):
            self.init(.notFound, .symbolUnknown, "There is no symbol \"\(text.prefix(64))\".")
        case .symbolNotOnVenue(let symbol, let venue):
            self.init(.notFound, .symbolUnknown, "\(symbol) is not traded on \(venue.rawValue).")
        case .venueUnknown: self = .invalid("exchange", .unknownValue, "There is no such exchange.")
        case .intervalUnknown: self = .invalid("interval", .unknownValue, "There is no such interval.")
        case .limitOutOfRange:
            self = .invalid("limit", .outOfRange, "Expected 1 to \(CandleRequest.maximumLimit).")
        case .instantOutOfRange(let instant):
            self = .invalid("from", .outOfRange, "\(instant) is outside the years 2000 to 2100.")
        case .rangeImpossible: self = .invalid("to", .outOfRange, "to must be after from.")
        case .rangeTooWide(let candles, let limit):
            self = .invalid("to", .outOfRange, "\(candles) candles lie between from and to; at most \(limit).")
        case .storeUnavailable:
            self = .unavailable(.storageUnavailable, "Storage does not answer.", retryAfter: 1)
        }
    }
}
