import MarketFeed
import Markets
import Synchronization
import Venues

/// What each venue lists, for those who must translate a symbol into the venue's own name.
final class VenueListings: Sendable {
    private let listed = Mutex<[Venue: [Symbol: Instrument]]>([:])

    /// A venue lists its spot markets and its perpetuals at different times; what is new replaces what was known of it.
    func learn(_ instruments: [Instrument], on venue: Venue) {
        listed.withLock { listed in
            for instrument in instruments { listed[venue, default: [:]][instrument.symbol] = instrument }
        }
    }

    func instrument(_ symbol: Symbol, on venue: Venue) -> Instrument? { listed.withLock { $0[venue]?[symbol] } }

    /// A venue's past candles by symbol; a symbol that it does not list has none.
    func history(of reader: VenueReader) -> CandleHistory {
        let venue = reader.feed.venue
        return CandleHistory(callLimit: { _ in reader.candlesPerCall }) { [self] series, span in
            guard series.venue == venue, !span.isEmpty, let instrument = instrument(series.symbol, on: venue) else {
                return []
            }
            // The venues' ranges include their end.
            let last = span.to.adding(milliseconds: -1)
            return try await reader.candles(instrument, series.interval, span.from, last, reader.candlesPerCall)
        }
    }
}
