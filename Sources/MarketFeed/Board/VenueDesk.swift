package import Markets

/// What the board knows of a venue as a whole.
struct VenueDesk: Sendable {
    /// By our clock; nil before the first message.
    private(set) var heardAt = PerKind<MarketTime?>(repeating: nil)
    private(set) var isSilent = PerKind(repeating: false)
    var status: VenueStatus?
    var times = TimeGate()
    private(set) var instruments: [Symbol: Instrument] = [:]
    private var isListed = PerKind(repeating: false)
    var marketCount = 0
    var counters = BoardCounters()

    mutating func hear(_ kind: MarketKind, at time: MarketTime) {
        heardAt[kind] = max(heardAt[kind] ?? time, time)
        isSilent[kind] = false
    }

    /// Notes which kinds of market have gone silent.
    mutating func sweep(now: MarketTime, silence: Int64) {
        for kind in MarketKind.allCases {
            guard let heard = heardAt[kind] else { continue }
            isSilent[kind] = now.since(heard) > silence
        }
    }

    /// Replaces the list of the kinds that are in it: venues list spot and perpetuals by separate calls.
    ///
    /// - Returns: the kinds that were replaced; an empty list is an answer that went wrong and replaces nothing.
    mutating func list(_ listed: some Sequence<Instrument>) -> Set<MarketKind> {
        var new: [Symbol: Instrument] = [:]
        for instrument in listed { new[instrument.symbol] = instrument }
        let kinds = Set(new.keys.map(MarketKind.init))
        instruments = instruments.filter { !kinds.contains(MarketKind($0.key)) }.merging(new) { $1 }
        for kind in kinds { isListed[kind] = true }
        return kinds
    }

    /// Whether the venue's list has come and the symbol is not on it.
    func isOffTheList(_ symbol: Symbol) -> Bool {
        isListed[MarketKind(symbol)] && instruments[symbol] == nil
    }

    /// Nil while nothing at all is known of the venue.
    func report(_ venue: Venue) -> VenueReport? {
        let heard = MarketKind.allCases.compactMap { heardAt[$0] }.max()
        guard status != nil || heard != nil else { return nil }
        var report = VenueReport(venue: venue, status: status ?? VenueStatus(state: .live))
        report.status.lastMessageAt = [heard, status?.lastMessageAt].compactMap(\.self).max()
        report.isStale = MarketKind.allCases.contains { isSilent[$0] }
        // A connection that is up but says nothing is not live, whatever its adapter still believes.
        if report.status.state == .live && report.isStale { report.status.state = .degraded }
        return report
    }
}

/// How well one venue is heard: a line of `GET /market/exchanges`.
package struct VenueReport: Hashable, Sendable {
    package var venue: Venue
    package var status: VenueStatus
    /// True while its spot or its perpetual markets are silent.
    package var isStale = false

    package init(venue: Venue, status: VenueStatus) {
        self.venue = venue
        self.status = status
    }
}
