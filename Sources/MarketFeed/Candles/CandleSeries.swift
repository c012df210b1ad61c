package import Markets

/// The candles of one length of one market on one venue.
package struct CandleSeries: Hashable, Sendable {
    package var venue: Venue
    package var symbol: Symbol
    package var interval: CandleInterval

    package init(venue: Venue, symbol: Symbol, interval: CandleInterval) {
        self.venue = venue
        self.symbol = symbol
        self.interval = interval
    }
}

/// A stretch of time, `from` within it and `to` just behind it.
package struct TimeSpan: Hashable, Sendable {
    package var from: MarketTime
    package var to: MarketTime

    package init(from: MarketTime, to: MarketTime) {
        self.from = from
        self.to = to
    }

    package var isEmpty: Bool { from >= to }

    package func contains(_ time: MarketTime) -> Bool { from <= time && time < to }

    package func overlaps(_ other: TimeSpan) -> Bool { from < other.to && other.from < to }
}

/// A candle and the venue it is of.
package struct VenueCandle: Hashable, Sendable {
    package var venue: Venue
    package var candle: Candle

    package init(venue: Venue, candle: Candle) {
        self.venue = venue
        self.candle = candle
    }

    package var series: CandleSeries {
        CandleSeries(venue: venue, symbol: candle.symbol, interval: candle.interval)
    }
}

/// A stretch of a series whose candles are missing or incomplete, in whole candles.
package struct CandleGap: Hashable, Sendable {
    package var series: CandleSeries
    package var span: TimeSpan

    package init(series: CandleSeries, span: TimeSpan) {
        self.series = series
        self.span = span
    }
}
