package import Accounts
package import Markets

/// Over what statistics are made.
package struct SignalTallyQuery: Hashable, Sendable {
    /// Ends within so long before the caller's "now".
    package enum Period: String, CaseIterable, Sendable {
        case week = "7d", month = "30d", quarter = "90d", year = "1y", all

        private var days: Int64? {
            switch self {
            case .week: 7
            case .month: 30
            case .quarter: 90
            case .year: 365
            case .all: nil
            }
        }

        package func start(before end: MarketTime) -> MarketTime? {
            days.map { end.adding(milliseconds: -$0 * 86_400_000) }
        }
    }

    package var sight: SignalSight
    package var period = Period.all
    package var symbol: Symbol?
    package var strategy: String?

    package init(sight: SignalSight) { self.sight = sight }

    /// From when on ends count.
    package var from: MarketTime? { period.start(before: sight.until) }
}

/// What statistics are made of.
package struct SignalTally: Hashable, Sendable {
    /// Signals that are looked at; of more, the newest.
    ///
    /// At 36 a day they are those of seven years.
    package static let limit = 100_000

    /// What signals came to for who heard of them as late as a tier does.
    package struct Delivery: Hashable, Sendable {
        package let tier: Tier
        /// Those that could be entered, with what they came to then; oldest end of the signal first.
        package let results: [SignalResult]
        /// Those that could not any more.
        package let missed: Int

        package init(tier: Tier, results: [SignalResult], missed: Int) {
            self.tier = tier
            self.results = results
            self.missed = missed
        }
    }

    /// Oldest end first.
    package let results: [SignalResult]
    /// Signals under way.
    package let open: Int
    /// By tier, of the signals whose time is over.
    package let delivered: [Delivery]

    package init(results: [SignalResult], open: Int, delivered: [Delivery]) {
        self.results = results
        self.open = open
        self.delivered = delivered
    }

    /// The figures of each part, by its name.
    package func groups(_ name: (SignalResult) -> String) -> [(name: String, statistics: SignalStatistics)] {
        Dictionary(grouping: results, by: name)
            .map { ($0.key, SignalStatistics($0.value)) }
            .sorted { $0.0 < $1.0 }
    }
}
