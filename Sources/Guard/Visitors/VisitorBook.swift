package import Addressing
import Synchronization

/// What each visitor has done of late, in points that fade.
///
/// Points belong to an address (IPv6 by /64) as the server sees it. Bounded: when full, the visitors with the fewest
/// points left are forgotten until a tenth is free.
package final class VisitorBook: Sendable {
    /// So many points are too much.
    package static let threshold = 100
    /// Milliseconds in which a point fades: ten in a minute.
    static let fadeMilliseconds: Int64 = 6_000

    private struct Score {
        var points: Int
        /// Until then points have faded.
        var fadedAt: Int64

        func left(at time: Int64) -> Int {
            max(0, points - Int((time - fadedAt) / VisitorBook.fadeMilliseconds))
        }
    }

    private let scores = Mutex<[NetworkAddress: Score]>([:])
    private let maximumVisitors: Int
    private let now: @Sendable () -> Int64

    /// Creates an empty book.
    ///
    /// - Parameters:
    ///   - maximumVisitors: visitors remembered at once, some 60 bytes each.
    ///   - now: milliseconds of a clock that never goes back.
    package init(maximumVisitors: Int = 50_000, now: @escaping @Sendable () -> Int64) {
        precondition(maximumVisitors > 0, "somebody must be remembered")
        self.maximumVisitors = maximumVisitors
        self.now = now
    }

    /// Adds the points of an offence.
    ///
    /// - Returns: whether it is too much now; then the visitor starts anew, for the ban that follows.
    package func note(_ offence: Offence, by address: NetworkAddress) -> Bool {
        scores.withLock { scores in
            let time = now()
            let visitor = address.subscriber
            if scores[visitor] == nil, scores.count >= maximumVisitors { Self.evict(from: &scores, at: time) }
            let points = (scores[visitor]?.left(at: time) ?? 0) + offence.points
            let isTooMuch = points >= Self.threshold
            scores[visitor] = isTooMuch ? nil : Score(points: points, fadedAt: time)
            return isTooMuch
        }
    }

    /// Visitors remembered now.
    package var visitorCount: Int { scores.withLock { $0.count } }

    private static func evict(from scores: inout [NetworkAddress: Score], at time: Int64) {
        let full = scores.count
        scores = scores.filter { $0.value.left(at: time) > 0 }
        let excess = scores.count - full * 9 / 10
        guard excess > 0 else { return }
        let weakest = scores.sorted { $0.value.left(at: time) < $1.value.left(at: time) }
        for (visitor, _) in weakest.prefix(excess) { scores[visitor] = nil }
    }
}
