package import Markets

/// How a pump goes on after its alert, told by its prices alone.
package struct PumpCourse: Sendable {
    /// Milliseconds without a higher price after which the peak is past.
    static let peakAfter: Int64 = 30_000
    /// Share of the rise that is lost when the dump has begun, and when it is over.
    static let dumpingLoss = 0.35
    static let endedLoss = 0.85
    static let longest: Int64 = 2 * 3_600_000
    /// Milliseconds after the peak during which a pump is not over, whatever the price does.
    static let shortest: Int64 = 60_000
    /// Without any trade a pump is over.
    static let silence: Int64 = 900_000

    private let start: Double
    private let startedAt: Int64
    private var peak: Double
    private var peakAt: Int64
    private var last: Int64
    package private(set) var status = Pump.Status.started

    package init(start: Double, peak: Double, at time: MarketTime) {
        self.start = start
        self.peak = peak
        startedAt = time.milliseconds
        peakAt = time.milliseconds
        last = time.milliseconds
    }

    /// Takes a trade's price.
    ///
    /// - Returns: whether the status or the peak has changed.
    package mutating func take(_ price: Double, at time: MarketTime) -> Bool {
        guard status != .ended else { return false }
        let now = time.milliseconds
        last = max(last, now)
        if price > peak, status == .started {
            peak = price
            peakAt = now
            return true
        }
        let rise = max(peak - start, peak * 1e-6)
        let loss = (peak - price) / rise
        let before = status
        if now - startedAt >= Self.longest || (loss >= Self.endedLoss && now - peakAt >= Self.shortest) {
            status = .ended
        } else if status < .dumping, loss >= Self.dumpingLoss {
            status = .dumping
        } else if status < .peaked, now - peakAt >= Self.peakAfter {
            status = .peaked
        }
        return status != before
    }

    /// Ends a pump that nobody trades any more or that lasts too long.
    ///
    /// - Returns: whether it ended now.
    package mutating func pass(to time: MarketTime) -> Bool {
        guard status != .ended else { return false }
        guard time.milliseconds - last >= Self.silence || time.milliseconds - startedAt >= Self.longest else {
            return false
        }
        status = .ended
        return true
    }
}

extension Pump.Status: Comparable {
    package static func < (left: Pump.Status, right: Pump.Status) -> Bool { left.order < right.order }

    private var order: Int {
        switch self {
        case .started: 0
        case .peaked: 1
        case .dumping: 2
        case .ended: 3
        }
    }
}
