import APIContract
import Foundation
import Markets
import NIOCore
import Testing
import VenueSimulator

/// A fault, and where it shows.
struct FaultSight: Sendable {
    let fault: Fault
    /// The text is in the names of the streams that bring books.
    let begin: @Sendable (_ faults: FaultControl, _ books: String) -> Void
    var end: @Sendable (FaultControl) -> Void = { _ in }
    /// Whether `/market/exchanges` says so, compared with before.
    let isSeen: @Sendable (_ before: ExchangeStateView, _ now: ExchangeStateView) -> Bool
    /// What rises in `/metrics`: the start of the names of series, VENUE in it replaced; their values are summed.
    let series: String
    /// What that is while the venue is well; asked for where it is not known.
    var atRest: Double?

    private static let bookStreams = [Venue.binance: "depth", .bybit: "orderbook.50", .okx: "books", .mexc: "depth"]

    /// Every fault once; one that comes first may not hide what shows a later one.
    static let all = [
        FaultSight(
            fault: .drop,
            begin: { $0.drop(frames: 3, of: $1) },
            isSeen: { $1.bookResyncs > $0.bookResyncs },
            series: #"tradepulse_book_resyncs_total{venue="VENUE""#
        ),
        FaultSight(
            fault: .duplicate,
            begin: { $0.duplicate(frames: 3, of: $1) },
            isSeen: { $1.repeated > $0.repeated },
            series: #"tradepulse_venue_repeated_book_messages_total{venue="VENUE""#
        ),
        FaultSight(
            fault: .reorder,
            begin: { $0.reorder(frames: 3, of: $1) },
            isSeen: { $1.bookResyncs > $0.bookResyncs },
            series: #"tradepulse_book_resyncs_total{venue="VENUE""#
        ),
        FaultSight(
            fault: .garble,
            begin: { faults, _ in faults.garble(frames: 20) },
            isSeen: { $1.refused.values.reduce(0, +) > $0.refused.values.reduce(0, +) },
            series: #"tradepulse_venue_refused_total{venue="VENUE""#
        ),
        // Ten frames a second of what a venue says: each later than the one before it, however fast the machine is. It
        // comes before the delay, behind which all frames are late.
        FaultSight(
            fault: .slow,
            begin: { faults, _ in faults.slow(frames: 1, inSteps: 20) },
            end: { $0.slow(frames: nil) },
            isSeen: { ($1.lagMs?.p99 ?? 0) > ($0.lagMs?.p99 ?? 0) + 500 },
            series: #"tradepulse_venue_lag_seconds{venue="VENUE",quantile="0.99"}"#
        ),
        FaultSight(
            fault: .delay,
            begin: { faults, _ in faults.delay(true) },
            end: { $0.delay(false) },
            isSeen: { $1.stale && !$0.stale },
            series: #"tradepulse_venue_stale{venue="VENUE"}"#,
            atRest: 0
        ),
        FaultSight(
            fault: .flood,
            begin: { faults, _ in faults.flood(copies: 5) },
            end: { $0.flood(copies: 1) },
            isSeen: { $1.repeated > $0.repeated + 20 },
            series: #"tradepulse_trades_total{venue="VENUE",outcome="duplicate"}"#
        ),
        FaultSight(
            fault: .silence,
            begin: { faults, _ in faults.silence(true) },
            end: { $0.silence(false) },
            isSeen: { lostInSilence($1) > lostInSilence($0) },
            series: #"tradepulse_venue_faults_total{venue="VENUE""#
        ),
        FaultSight(
            fault: .halfOpen,
            begin: { faults, _ in faults.halfOpen() },
            isSeen: { lostInSilence($1) > lostInSilence($0) },
            series: #"tradepulse_venue_faults_total{venue="VENUE""#
        ),
        FaultSight(
            fault: .cut,
            begin: { faults, _ in faults.cut() },
            isSeen: { $1.reconnects > $0.reconnects && ($1.faults["closed"] ?? 0) > ($0.faults["closed"] ?? 0) },
            series: #"tradepulse_venue_reconnects_total{venue="VENUE""#
        ),
    ]

    private static func lostInSilence(_ state: ExchangeStateView) -> Int {
        ["silent", "group_silent", "pong_late"].reduce(0) { $0 + (state.faults[$1] ?? 0) }
    }

    /// Injects the fault once the venue is well, and asks until it shows in both places.
    func show(on trial: VenueOnTrial, _ api: LiveAPI, _ token: String) async throws {
        let series = series.replacing("VENUE", with: trial.venue.rawValue)
        let read = try await api.sum(of: series)
        let well = try await api.state(of: trial.venue, token) { $0.isWell }
        begin(trial.faults, Self.bookStreams[trial.venue] ?? "")
        let shown = try await api.state(of: trial.venue, token) { isSeen(well, $0) }
        #expect(shown.state == "simulated" || shown.state == "down", "\(fault)")
        // A venue's word on itself is at most a second old in either place.
        while try await api.sum(of: series) <= atRest ?? read { try Task.checkCancellation() }
        end(trial.faults)
    }
}

extension ExchangeStateView {
    /// Whether the venue brings everything that a ``VenueOnTrial`` has.
    var isWell: Bool {
        !stale && connections.total > 0 && connections.live == connections.total && books.live == 4
    }
}

extension LiveAPI {
    /// Asks until the condition holds; the suite's time limit ends a wait in vain.
    func state(
        of venue: Venue,
        _ token: String,
        until isMet: (ExchangeStateView) -> Bool
    ) async throws -> ExchangeStateView {
        while true {
            try Task.checkCancellation()
            let answer = try await get("/api/v1/market/exchanges", token: token)
            let states = try JSONDecoder().decode([ExchangeStateView].self, from: Data(answer.body.readableBytesView))
            if let state = states.first(where: { $0.exchange == venue.rawValue }), isMet(state) { return state }
        }
    }

    /// The sum over the series whose names begin so.
    func sum(of series: String) async throws -> Double {
        let text = String(buffer: try await get("/metrics").body)
        return text.split(separator: "\n").filter { $0.hasPrefix(series) }.reduce(0) { sum, line in
            sum + (line.split(separator: " ").last.flatMap { Double($0) } ?? 0)
        }
    }
}
