import Logging
import Markets

/// Plays a recording onto a served market: waits for somebody to listen, keeps the tempo, never outruns its readers.
struct ReplayDriver: Sendable {
    /// Quiet time after the newest subscription before the first record is played, so that a reader who subscribes in
    /// several messages misses nothing.
    static let settlingTime = Duration.seconds(1)
    /// A reader that takes nothing for so long is cut, or it would hold up everybody for good.
    static let longestStallSeconds: Int64 = 30
    private static let batch = 256

    let replay: Replay
    let hub: StreamHub
    let logger: Logger
    /// Plays records and sends what comes of them.
    let play: @Sendable (_ records: ArraySlice<Record>) -> Void

    /// Returns when the last record's frames have been taken by every reader.
    func run() async throws {
        try await waitForSubscriber()
        logger.info("playing", metadata: ["files": "\(replay.files.count)", "records": "\(replay.records)"])
        let source = try await RecordSource.open(replay.files)
        let begin = ContinuousClock.now
        while true {
            let records = try await source.next(Self.batch)
            guard !records.isEmpty else { break }
            try await play(records, since: begin)
        }
        await hub.drained(cuttingAfterSeconds: Self.longestStallSeconds)
    }

    private func waitForSubscriber() async throws {
        var seen = 0
        var quietSince = ContinuousClock.now
        while seen == 0 || quietSince.duration(to: .now) < Self.settlingTime {
            let subscriptions = hub.subscriptions
            if subscriptions != seen {
                seen = subscriptions
                quietSince = .now
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func play(_ records: [Record], since begin: ContinuousClock.Instant) async throws {
        var left = records[...]
        while let first = left.first {
            if let due = due(first, since: begin), due > .now { try await Task.sleep(until: due) }
            let now = ContinuousClock.now
            let count = left.prefix { record in due(record, since: begin).map { $0 <= now } ?? true }.count
            play(left.prefix(max(1, count)))
            left = left.dropFirst(max(1, count))
            await hub.drained(cuttingAfterSeconds: Self.longestStallSeconds)
        }
    }

    /// When a record's turn is; nil when it is at once.
    private func due(_ record: Record, since begin: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard let speed = replay.speed else { return nil }
        return begin + .milliseconds(1) * (Double(record.time.since(replay.start)) / speed)
    }
}
