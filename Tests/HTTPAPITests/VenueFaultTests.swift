import Markets
import Testing
import VenueSimulator

@Suite("Faults of a venue, as its operator sees them", .timeLimit(.minutes(4)))
struct VenueFaultTests {
    @Test("Every fault shows in /market/exchanges and in /metrics, and passes", arguments: Venue.allCases)
    func shown(venue: Venue) async throws {
        #expect(Set(FaultSight.all.map(\.fault)) == Set(Fault.allCases))
        var options = LiveAPI.Options()
        options.requests = 1_000_000
        options.runsFeed = true
        try await LiveAPI.serving(options) { api in
            try await VenueOnTrial.running(venue, into: api, tradesPerSecond: 200) { trial in
                let token = try api.token()
                for sight in FaultSight.all { try await sight.show(on: trial, api, token) }
                #expect(Set(trial.faults.counts.keys) == Set(Fault.allCases))
                let timed = #"tradepulse_feed_delivery_seconds_count{venue="\#(venue.rawValue)"}"#
                #expect(try await api.sum(of: timed) > 0)
            }
        }
    }
}
