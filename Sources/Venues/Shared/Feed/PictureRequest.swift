import Markets

/// A whole order book that a dialect wants to have fetched over REST.
///
/// A book has at most one such request under way, so that what waits is bounded by the books that are followed.
struct PictureRequest: Sendable {
    let instrument: Instrument
    let market: Market
    let section: Int
    /// ``VenueDialect/name``.
    let dialect: String
}
