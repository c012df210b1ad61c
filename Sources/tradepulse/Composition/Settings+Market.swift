import MarketFeed
import Markets
import Settings

extension MarketRetention {
    /// What the settings say; the standard values are this type's own.
    init(_ settings: Settings) throws {
        var days: [CandleInterval: Int] = [:]
        for item in settings.list(.candleDays) {
            let parts = item.split(separator: ":")
            guard let length = parts.first, let interval = CandleInterval(rawValue: String(length)),
                let count = parts.last.flatMap({ Int($0) })
            else { throw ServerError("MARKET_CANDLE_DAYS names a length that there is not") }
            days[interval] = count
        }
        self.init(candleDays: days, liquidationDays: settings.integer(.liquidationDays))
    }
}

extension Settings {
    /// The venues that are read.
    var venues: [Venue] { list(.venues).compactMap(Venue.init(rawValue:)) }
}
