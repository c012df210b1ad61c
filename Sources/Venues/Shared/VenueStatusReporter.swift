import Markets
import NIOCore

/// Tells the sink how a venue is heard: at once when the state changes, otherwise at most once a second.
struct VenueStatusReporter {
    /// Messages later than this in the median are not live any more.
    static let lateMilliseconds = 5000.0

    let venue: Venue
    let isSimulated: Bool
    let sink: MarketSink
    private var reported: VenueStatus?
    private var reportedAt: NIODeadline?

    init(venue: Venue, isSimulated: Bool, sink: MarketSink) {
        self.venue = venue
        self.isSimulated = isSimulated
        self.sink = sink
    }

    mutating func report(_ status: VenueStatus, at now: NIODeadline) {
        if let reported, reported.state == status.state {
            guard reported != status, now >= (reportedAt ?? now) + .seconds(1) else { return }
        }
        reported = status
        reportedAt = now
        sink.status(venue, status)
    }

    /// What `live` connections with all their streams, of all that there should be, and the last messages' lag amount to.
    func state(live: Int, of all: Int, lag: VenueStatus.Lag?) -> VenueStatus.State {
        guard live > 0 else { return .down }
        // Simulated is said aloud whatever else is true of it, and a replay's times are not of today.
        if isSimulated { return .simulated }
        return live < all || (lag?.p50 ?? 0) > Self.lateMilliseconds ? .degraded : .live
    }
}
