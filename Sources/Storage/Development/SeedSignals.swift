import Accounts
import Channels
import Foundation
import Markets
import Signals

/// Five signals of the first day of 2025, in every state, published as any others are.
struct SeedSignals {
    let record: SignalRecord

    private struct Plan {
        var number: Int
        var symbol: String
        var direction = SignalDirection.buy
        /// Entry, stop and targets.
        var levels: [String]
        var confidence: Int?
        var strategy: String
        var minTier = Tier.free
        /// Hour of the day.
        var hour: Int64
        var outcome: (SignalOutcome, percent: Double, r: Double, hours: Int64)?
        var isCancelled = false
    }

    private static let midnight: Int64 = 1_735_689_600_000
    private static let plans = [
        Plan(
            number: 1,
            symbol: "BTCUSDT",
            levels: ["94200", "93100", "95300", "96400", "97500"],
            confidence: 54,
            strategy: "relative_strength",
            hour: 6,
            outcome: (.tp1, 0.18, 0.15, 9)
        ),
        Plan(
            number: 2,
            symbol: "ETHUSDT",
            direction: .sell,
            levels: ["3370", "3420", "3320", "3270", "3220"],
            confidence: 49,
            strategy: "volume_breakout",
            hour: 8,
            outcome: (.stopLoss, -1.72, -1.16, 3)
        ),
        Plan(
            number: 3,
            symbol: "SOLUSDT",
            levels: ["189.4", "185.2", "193.6", "197.8", "202"],
            strategy: "mean_reversion",
            minTier: .pro,
            hour: 12,
            isCancelled: true
        ),
        Plan(
            number: 4,
            symbol: "BTCUSDT",
            direction: .sell,
            levels: ["94800", "95700", "93900", "93000", "92100"],
            confidence: 52,
            strategy: "mean_reversion",
            minTier: .premium,
            hour: 20
        ),
        Plan(
            number: 5,
            symbol: "ETHUSDT",
            levels: ["3345", "3300", "3390", "3435", "3480"],
            confidence: 51,
            strategy: "composite",
            hour: 22
        ),
    ]

    /// Publishes those that are not there; nothing once a checkpoint is signed, behind which they would be back-dated.
    func publish() async throws {
        guard try await record.checkpoints().isEmpty else { return }
        for plan in Self.plans {
            guard let signal = try signal(plan) else { continue }
            _ = try await record.publish(signal) { Self.message(signal, .active, $0) }
            let end = signal.createdAt.adding(milliseconds: 1_200_000)
            if let outcome = plan.outcome {
                let verdict = SignalVerdict(
                    outcome: outcome.0,
                    resultPercent: outcome.percent,
                    resultR: outcome.r,
                    closedAt: signal.createdAt.adding(milliseconds: outcome.hours * 3_600_000)
                )
                try await conclude(signal, .closed(verdict))
            } else if plan.isCancelled {
                try await conclude(signal, .cancelled(.entryMissed, at: end))
            }
        }
    }

    private func signal(_ plan: Plan) throws -> Signal? {
        let prices = plan.levels.compactMap { Price($0) }
        guard let id = UUID(uuidString: "5EED0000-0000-4000-8000-00000000000\(plan.number)"),
            let symbol = Symbol(plan.symbol), prices.count == plan.levels.count
        else { return nil }
        let born = MarketTime(milliseconds: Self.midnight + plan.hour * 3_600_000)
        return Signal(
            id: id,
            symbol: symbol,
            venue: .binance,
            levels: try SignalLevels(
                direction: plan.direction,
                entry: prices[0],
                stop: prices[1],
                targets: Array(prices[2...])
            ),
            confidence: plan.confidence,
            baseRate: 47,
            triggers: [SignalTrigger(code: .trend, weight: 100 * ((plan.confidence ?? 47) - 47))],
            strategy: Signal.Strategy(name: plan.strategy, version: 1, isPaper: plan.strategy == "volume_breakout"),
            timeframe: .oneHour,
            minTier: plan.minTier,
            createdAt: born,
            expiresAt: born.adding(milliseconds: 86_400_000)
        )
    }

    private func conclude(_ signal: Signal, _ standing: SignalStanding) async throws {
        _ = try await record.conclude(signal.id, standing) { Self.message(signal, standing, $0) }
    }

    private static func message(_ signal: Signal, _ standing: SignalStanding, _ place: RecordPlace) -> ChannelDraft {
        SignalText.message(
            StoredSignal(signal: signal, standing: standing, place: place),
            at: Date(timeIntervalSince1970: Double(signal.createdAt.milliseconds) / 1000)
        )
    }
}
