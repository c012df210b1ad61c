import Markets
import Synchronization

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
}
