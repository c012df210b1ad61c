package import Markets

/// What the detector has seen since its start, and how often it was wrong.
package struct PumpTally: Hashable, Sendable {
    /// An alert whose price never got so far above its start, in percent, was a false one.
    package static let smallestPump = 3.0

    /// What alerts are held to: false ones per symbol and day.
    package static let promisedFalseAlertsPerSymbolDay = 0.05

    package var trades: UInt64 = 0
    /// Trades that a feed had said before.
    package var repeatedTrades: UInt64 = 0
    /// Alerts that were held back because other venues' prices said otherwise.
    package var contradicted: UInt64 = 0
    package private(set) var alerts = 0
    package private(set) var endedPumps = 0
    package private(set) var falseAlerts = 0
    package private(set) var lateAlerts = 0
    /// Milliseconds of all markets together between two trades, silence longer than half an hour left out.
    package private(set) var watchedMilliseconds: Int64 = 0
    package private(set) var since: MarketTime?

    package init() {}

    /// One market for one day.
    package var symbolDays: Double { Double(watchedMilliseconds) / 86_400_000 }

    /// Nil before a hundredth of a symbol-day.
    package var falseAlertsPerSymbolDay: Double? { symbolDays >= 0.01 ? Double(falseAlerts) / symbolDays : nil }

    /// Whether alerts are kept back: more false ones than promised, and three at least.
    package var isMuted: Bool {
        falseAlerts >= 3 && (falseAlertsPerSymbolDay ?? 0) > Self.promisedFalseAlertsPerSymbolDay
    }

    mutating func pass(from earlier: Int64, to later: Int64) {
        guard earlier > 0, later > earlier else { return }
        watchedMilliseconds += min(later - earlier, 1_800_000)
    }

    mutating func opened(at time: MarketTime) {
        alerts += 1
        if since == nil { since = time }
    }

    mutating func ended(_ pump: Pump) {
        endedPumps += 1
        if pump.changePercent < Self.smallestPump { falseAlerts += 1 }
        if pump.isLate { lateAlerts += 1 }
    }
}
