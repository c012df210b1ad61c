package import Markets

/// What the detector has seen since its start, how much of it it found, and how often it was wrong.
package struct PumpTally: Hashable, Sendable {
    /// An alert whose price never got so far above its start, as a share, was a false one.
    package static let smallestPump = 0.05
    /// Silence beyond these milliseconds may be a feed that was away, and is not counted as watched.
    package static let longestSilence: Int64 = 1_800_000

    package let promise = PumpPromise()
    package internal(set) var trades: UInt64 = 0
    /// Trades that a feed had said before.
    package internal(set) var repeatedTrades: UInt64 = 0
    /// Alerts that were held back because other venues' prices said otherwise.
    package internal(set) var contradicted: UInt64 = 0
    package private(set) var alerts = 0
    package private(set) var endedPumps = 0
    package private(set) var falseAlerts = 0
    package private(set) var lateAlerts = 0
    /// Rises that price and volume alone tell afterwards, and those among them that had an alert in time.
    package private(set) var rises = 0
    package private(set) var foundRises = 0
    /// Of those, by seconds from the rise's start to the alert, 0 to 120.
    private var delays = [UInt32](repeating: 0, count: 121)
    /// Milliseconds of all markets together between two trades.
    package private(set) var watchedMilliseconds: Int64 = 0
    package private(set) var since: MarketTime?

    package init() {}

    /// One market for one day.
    package var symbolDays: Double { Double(watchedMilliseconds) / 86_400_000 }

    /// Nil before a hundredth of a symbol-day.
    package var falseAlertsPerSymbolDay: Double? { symbolDays >= 0.01 ? Double(falseAlerts) / symbolDays : nil }

    /// Nil before the first rise.
    package var recall: Double? { rises > 0 ? Double(foundRises) / Double(rises) : nil }

    /// The delay in seconds that so many of the found rises, 0…1, did not exceed; nil before the first.
    package func delay(of share: Double) -> Int? {
        guard foundRises > 0 else { return nil }
        var left = max(1, (Double(foundRises) * share).rounded(.up))
        return delays.firstIndex { count in
            left -= Double(count)
            return left <= 0
        }
    }

    /// Whether alerts are kept back: more false ones than promised, and three at least.
    ///
    /// Fewer finds than promised mute nothing: an alert that is right is worth no less because others were missed.
    package var isMuted: Bool {
        falseAlerts >= 3 && (falseAlertsPerSymbolDay ?? 0) > promise.falseAlertsPerSymbolDay
    }

    mutating func pass(from earlier: Int64, to later: Int64) {
        if since == nil { since = MarketTime(milliseconds: later) }
        guard earlier > 0, later > earlier else { return }
        watchedMilliseconds += min(later - earlier, Self.longestSilence)
    }

    mutating func opened() { alerts += 1 }

    mutating func ended(_ pump: Pump, highest: Double) {
        endedPumps += 1
        if highest < pump.priceAtStart.value.double * (1 + Self.smallestPump) { falseAlerts += 1 }
        if pump.isLate { lateAlerts += 1 }
    }

    mutating func rose(_ news: RiseWatch.News) {
        rises += 1
        if case .found(let delay) = news { found(after: delay) }
    }

    /// A rise got its alert so many milliseconds after its start.
    mutating func found(after delay: Int64) {
        foundRises += 1
        delays[Int(min(max(delay, 0) / 1000, 120))] += 1
    }
}
