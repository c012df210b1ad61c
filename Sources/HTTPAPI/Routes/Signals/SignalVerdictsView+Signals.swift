import APIContract
import Accounts
import Foundation
import Markets
import Signals

extension SignalVerdictsView {
    init(_ stored: StoredSignal, _ sides: [SideVerdict]) {
        var own: (outcome: String?, result: Double?) = (nil, nil)
        switch stored.standing {
        case .active: break
        case .closed(let verdict): own = (verdict.outcome.rawValue, verdict.resultPercent)
        case .cancelled: own = (Self.cancelled, nil)
        }
        var venues: [VenueVerdictView] = []
        var tiers: [Tier: TierVerdictView] = [:]
        for verdict in sides {
            let outcome = verdict.outcome?.rawValue ?? Self.cancelled
            switch verdict.side {
            case .venue(let venue):
                venues.append(
                    VenueVerdictView(exchange: venue.rawValue, outcome: outcome, resultPnl: verdict.resultPercent)
                )
            case .tier(let tier):
                tiers[tier] = TierVerdictView(
                    tier: tier.rawValue,
                    delaySeconds: Entitlements.of(tier).signalDelaySeconds,
                    outcome: outcome,
                    resultPnl: verdict.resultPercent
                )
            }
        }
        let results = ([own.result] + venues.map(\.resultPnl)).compactMap(\.self)
        self.init(
            signalId: stored.signal.id.uuidString.lowercased(),
            outcome: own.outcome,
            resultPnl: own.result,
            worst: results.min(),
            best: results.max(),
            venues: venues,
            delivered: Tier.allCases.compactMap { tiers[$0] }
        )
    }

    private static let cancelled = "cancelled"
}
