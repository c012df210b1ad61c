import Accounts
package import Markets

/// Judges signals whose time is over on the other venues, and as late as each tier hears of them.
///
/// It waits for the whole lifetime, since elsewhere a signal may end later than at home. A signal whose candles cannot be
/// read is tried again for ``patienceMilliseconds``, and has no side verdicts afterwards.
package struct SideJudge: Sendable {
    static let patienceMilliseconds: Int64 = 2 * 86_400_000
    /// Signals of one round; each reads a day of minutes on every venue.
    static let roundLimit = 10

    private let store: SideVerdictStore
    private let venues: [Venue]
    private let history: SignalChecker.History

    package init(store: SideVerdictStore, venues: [Venue], history: @escaping SignalChecker.History) {
        self.store = store
        self.venues = venues
        self.history = history
    }

    /// Judges some that wait.
    ///
    /// - Returns: how many were judged.
    /// - Throws: the store's failure.
    package func judge(at now: MarketTime) async throws -> Int {
        let waiting = try await store.waiting(
            now.adding(milliseconds: -Self.patienceMilliseconds),
            now.adding(milliseconds: -SignalChecker.patienceMilliseconds),
            Self.roundLimit
        )
        var judged = 0
        for told in waiting {
            guard let verdicts = await verdicts(of: told, at: now) else { continue }
            try await store.save(told.signal.id, verdicts)
            judged += 1
        }
        return judged
    }

    /// Nil where its own venue's candles cannot be read.
    private func verdicts(of told: ToldSignal, at now: MarketTime) async -> [SideVerdict]? {
        let signal = told.signal
        func candles(_ venue: Venue) async -> [Candle]? {
            try? await history(venue, signal.symbol, signal.createdAt, signal.expiresAt)
        }
        guard let own = await candles(signal.venue) else { return nil }
        var verdicts: [SideVerdict] = []
        for venue in venues where venue != signal.venue {
            // A venue that does not list the symbol has no opinion.
            guard let theirs = await candles(venue), !theirs.isEmpty else { continue }
            verdicts.append(Self.verdict(.venue(venue), signal, from: signal.createdAt, theirs, now))
        }
        for tier in Tier.allCases {
            let delay = Int64(Entitlements.of(tier).signalDelaySeconds) * 1_000
            verdicts.append(Self.verdict(.tier(tier), signal, from: told.toldAt.adding(milliseconds: delay), own, now))
        }
        return verdicts
    }

    private static func verdict(
        _ side: SideVerdict.Side,
        _ signal: Signal,
        from start: MarketTime,
        _ candles: [Candle],
        _ now: MarketTime
    ) -> SideVerdict {
        guard start < signal.expiresAt,
            case .closed(let verdict) = SignalChecker.standing(of: signal, from: start, candles: candles, at: now)
        else { return SideVerdict(side: side, outcome: nil, resultPercent: nil) }
        return SideVerdict(side: side, outcome: verdict.outcome, resultPercent: verdict.resultPercent)
    }
}
