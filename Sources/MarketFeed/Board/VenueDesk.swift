package import Markets

/// What the board knows of a venue as a whole.
struct VenueDesk: Sendable {
    /// By our clock; nil before the first message.
    var heardAt: MarketTime?
    var isSilent = false
    var status: VenueStatus?
    var times = TimeGate()
    var instruments: [Symbol: Instrument] = [:]
    var marketCount = 0

    /// Nil while nothing at all is known of the venue.
    func report(_ venue: Venue) -> VenueReport? {
        guard status != nil || heardAt != nil else { return nil }
        var report = VenueReport(venue: venue, status: status ?? VenueStatus(state: .live))
        report.status.lastMessageAt = [heardAt, status?.lastMessageAt].compactMap(\.self).max()
        // A connection that is up but says nothing is not live, whatever its adapter still believes.
        if report.status.state == .live && isSilent { report.status.state = .degraded }
        return report
    }
}

/// How well one venue is heard: a line of `GET /market/exchanges`.
package struct VenueReport: Hashable, Sendable {
    package var venue: Venue
    package var status: VenueStatus

    package init(venue: Venue, status: VenueStatus) {
        self.venue = venue
        self.status = status
    }
}
