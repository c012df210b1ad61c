package import Markets

/// The trade numbers of one market that were seen, as runs of consecutive numbers, each with the time it spans.
///
/// It tells a duplicate from a trade that was late, and where numbers are consecutive it shows what was missed: the
/// hole between two runs. At most 256 runs are kept; beyond that the two oldest become one.
package struct TradeSequence: Sendable {
    package struct Run: Hashable, Sendable {
        package var first: Int64
        package var last: Int64
        package var earliest: MarketTime
        package var latest: MarketTime
    }

    package enum Verdict: Equatable, Sendable {
        case new, duplicate
        /// A number that was used before, at a time later than any other: the venue has begun to count anew.
        case restarted
    }

    package static let maximumRuns = 256

    /// In the order of their numbers.
    package private(set) var runs: [Run] = []

    package init() {}

    package mutating func insert(_ id: Int64, at time: MarketTime) -> Verdict {
        guard let newest = runs.last else {
            runs = [Run(first: id, last: id, earliest: time, latest: time)]
            return .new
        }
        if id > newest.last {
            append(id, at: time)
            return .new
        }
        // The newest run that begins at the number or before it.
        guard let place = runs.lastIndex(where: { $0.first <= id }) else {
            if time > newest.latest { return restart(id, at: time) }
            runs.insert(Run(first: id, last: id, earliest: time, latest: time), at: 0)
            join(0)
            return .new
        }
        if id <= runs[place].last {
            return time > newest.latest ? restart(id, at: time) : .duplicate
        }
        runs.insert(Run(first: id, last: id, earliest: time, latest: time), at: place + 1)
        join(place + 1)
        join(place)
        return .new
    }

    /// Declares everything between the oldest hole's two sides as seen.
    package mutating func forgetOldestHole() {
        guard runs.count > 1 else { return }
        runs[0] = Self.union(runs[0], runs[1])
        runs.remove(at: 1)
    }

    /// The oldest stretch of missing numbers: the time of the trade before it and of the one behind it.
    package var oldestHole: (before: MarketTime, behind: MarketTime)? {
        runs.count > 1 ? (runs[0].latest, runs[1].earliest) : nil
    }

    /// Whether trades may be missing within the stretch.
    package func hasHole(in span: TimeSpan) -> Bool {
        zip(runs, runs.dropFirst()).contains { left, right in left.latest < span.to && span.from <= right.earliest }
    }

    private mutating func restart(_ id: Int64, at time: MarketTime) -> Verdict {
        runs = [Run(first: id, last: id, earliest: time, latest: time)]
        return .restarted
    }

    private mutating func append(_ id: Int64, at time: MarketTime) {
        let end = runs.count - 1
        if runs[end].last == id - 1 {
            runs[end].last = id
            runs[end].latest = max(runs[end].latest, time)
            runs[end].earliest = min(runs[end].earliest, time)
        } else {
            runs.append(Run(first: id, last: id, earliest: time, latest: time))
            if runs.count > Self.maximumRuns { forgetOldestHole() }
        }
    }

    /// Makes one run of the one at the place and the next when nothing is missing between them.
    private mutating func join(_ place: Int) {
        if runs.indices.contains(place), runs.indices.contains(place + 1), runs[place].last + 1 == runs[place + 1].first
        {
            runs[place] = Self.union(runs[place], runs[place + 1])
            runs.remove(at: place + 1)
        }
        if runs.count > Self.maximumRuns { forgetOldestHole() }
    }

    private static func union(_ left: Run, _ right: Run) -> Run {
        Run(
            first: left.first,
            last: right.last,
            earliest: min(left.earliest, right.earliest),
            latest: max(left.latest, right.latest)
        )
    }
}
