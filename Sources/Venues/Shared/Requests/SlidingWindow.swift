import Markets

/// The weight asked within the last span of a ``RequestRules/Limit``.
///
/// Slides, so that the venue may begin its own spans where it likes and its clock may differ from ours. Requests of one
/// hundredth of the span are kept as one, so that it holds about a hundred numbers whatever is asked.
struct SlidingWindow: Sendable {
    private struct Slice: Sendable {
        /// Of the last request in it, so that a slice never ends too early.
        var time: MarketTime
        let number: Int64
        var weight: Int
    }

    let limit: RequestRules.Limit
    private var slices: [Slice] = []
    private(set) var used = 0

    init(_ limit: RequestRules.Limit) { self.limit = limit }

    mutating func advance(to now: MarketTime) {
        var gone = 0
        while gone < slices.count, now.since(slices[gone].time) >= limit.milliseconds {
            used -= slices[gone].weight
            gone += 1
        }
        slices.removeFirst(gone)
    }

    /// When that much can be asked; nil when it can be now.
    ///
    /// A weight above the whole limit goes out alone rather than never.
    func wait(for weight: Int) -> MarketTime? {
        guard used > 0, used + weight > limit.weight else { return nil }
        var left = used
        for slice in slices {
            left -= slice.weight
            if left == 0 || left + weight <= limit.weight { return slice.time.adding(milliseconds: limit.milliseconds) }
        }
        return nil
    }

    mutating func book(_ weight: Int, at now: MarketTime) {
        // A clock set back hands out no fresh budget: what is booked then counts from the latest time seen.
        let time = max(now, slices.last?.time ?? now)
        let number = time.milliseconds / max(1, limit.milliseconds / 100)
        used += weight
        if let last = slices.last, last.number == number {
            slices[slices.count - 1].weight += weight
            slices[slices.count - 1].time = time
        } else {
            slices.append(Slice(time: time, number: number, weight: weight))
        }
    }
}
