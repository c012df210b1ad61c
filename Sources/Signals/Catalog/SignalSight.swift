package import Accounts
package import Markets

/// What a caller is shown: signals of some tiers, as everything stood when the tier's delay began.
package struct SignalSight: Hashable, Sendable {
    package let tier: Tier
    /// What was published or ended later is not known to the caller yet.
    package let until: MarketTime

    package init(tier: Tier, at now: MarketTime) {
        self.tier = tier
        until = now.adding(milliseconds: -1_000 * Int64(Entitlements.of(tier).signalDelaySeconds))
    }

    /// Tiers whose signals are shown whole.
    package var tiers: [Tier] { Tier.allCases.filter { $0 <= tier } }

    package func shows(_ signal: Signal) -> Bool { signal.minTier <= tier }

    /// The signal as it stood then.
    package func view(_ stored: StoredSignal) -> StoredSignal {
        guard let end = stored.standing.endedAt, end > until else { return stored }
        return StoredSignal(signal: stored.signal, standing: .active, place: stored.place)
    }
}

extension SignalStanding {
    /// Nil while it is active.
    package var endedAt: MarketTime? {
        switch self {
        case .active: nil
        case .closed(let verdict): verdict.closedAt
        case .cancelled(_, let time): time
        }
    }
}
