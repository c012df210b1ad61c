import Markets

/// All that one venue's server does in its own way.
struct ServedDialect: Sendable {
    let spot: any VenueWords
    let perpetual: any VenueWords
    /// Whether a path, without its query, is one of the venue's sockets.
    let isSocket: @Sendable (_ path: String) -> Bool
    /// A conversation on the socket that a handshake asks for, path and query; nil where there is none.
    let session: @Sendable (_ target: String, _ directory: ListingDirectory) -> (any VenueSession)?
    let desk: @Sendable (_ floor: any VenueFloor, _ gate: RateGate) -> any RequestDesk
    /// What every connection is told before it is closed for maintenance; nil where the venue says nothing.
    let farewell: @Sendable (_ now: MarketTime) -> [UInt8]?
    /// Handshakes that an address may make.
    let handshakes: RateRule

    static func of(_ venue: Venue) -> ServedDialect {
        switch venue {
        case .binance: .binance
        case .bybit: .bybit
        case .okx: .okx
        case .mexc: .mexc
        }
    }
}
