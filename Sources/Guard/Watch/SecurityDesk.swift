import Synchronization

/// Where everything that happens at the door is reported: it goes into the record, and past the rules that look for
/// attacks.
///
/// Reporting never waits, so it may be done on an event loop. One task takes the reports in turn. Bounded: above
/// ``maximumWaiting`` the newest are lost, and counted.
package final class SecurityDesk: Sendable {
    /// Whom the desk passes things on to; each deals with its own failures.
    package struct Ports: Sendable {
        package var record: @Sendable (_ line: RefusalLedger.Line) async -> Void
        package var alert: @Sendable (_ alert: SecurityAlert) async -> Void

        package init(
            record: @escaping @Sendable (_ line: RefusalLedger.Line) async -> Void,
            alert: @escaping @Sendable (_ alert: SecurityAlert) async -> Void
        ) {
            self.record = record
            self.alert = alert
        }
    }

    private enum Report: Sendable {
        case event(GuardEvent, at: Int64)
        case tick(at: Int64)
    }

    package static let maximumWaiting = 4_096

    private let reports: AsyncStream<Report>
    private let incoming: AsyncStream<Report>.Continuation
    private let detector: AnomalyDetector
    private let now: @Sendable () -> Int64
    private let lost = Atomic<Int>(0)

    /// Creates a desk; somebody must ``run(_:)`` it.
    ///
    /// - Parameters:
    ///   - detector: the rules.
    ///   - now: milliseconds of a clock that never goes back.
    package init(detector: AnomalyDetector, now: @escaping @Sendable () -> Int64) {
        self.detector = detector
        self.now = now
        (reports, incoming) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.maximumWaiting))
    }

    package func report(_ event: GuardEvent) { yield(.event(event, at: now())) }

    /// Ends the minute of the record, where it is over; to be called every second or so.
    package func tick() { yield(.tick(at: now())) }

    /// Lets ``run(_:)`` end once it has dealt with what was reported before.
    package func finish() { incoming.finish() }

    /// Reports lost because too many waited.
    package var lostReports: Int { lost.load(ordering: .relaxed) }

    /// Deals with reports until ``finish()``; called once.
    package func run(_ ports: Ports) async {
        var detector = detector
        var ledger = RefusalLedger()
        for await report in reports {
            switch report {
            case .tick(let time):
                for line in ledger.close(before: time) { await ports.record(line) }
            case .event(let event, let time):
                if let (reason, visitor) = event.recorded {
                    for line in ledger.note(reason: reason, by: visitor, at: time) { await ports.record(line) }
                }
                for alert in detector.ingest(event, at: time) { await ports.alert(alert) }
            }
        }
        for line in ledger.closeAll() { await ports.record(line) }
    }

    private func yield(_ report: Report) {
        if case .dropped = incoming.yield(report) { lost.wrappingAdd(1, ordering: .relaxed) }
    }
}
