import Accounts
package import Channels
package import Foundation
import Markets
import MerkleLog

/// A signal as clients see it: one text for the answers to requests and for the messages of the channel.
package enum SignalText {
    /// The whole of it, as a JSON object.
    package static func json(_ stored: StoredSignal) -> String {
        let signal = stored.signal
        let levels = signal.levels
        var end = End()
        switch stored.standing {
        case .active: break
        case .closed(let verdict):
            end = End(
                status: "closed",
                outcome: verdict.outcome.rawValue,
                resultPnl: verdict.resultPercent,
                closedAt: instant(verdict.closedAt)
            )
        case .cancelled(let reason, let time):
            end = End(status: "cancelled", cancellation: reason.rawValue, closedAt: instant(time))
        }
        return text(
            Whole(
                id: signal.id.uuidString.lowercased(),
                symbol: signal.symbol.text,
                exchange: signal.venue.rawValue,
                direction: levels.direction.rawValue,
                entryPrice: levels.entry.description,
                stopLoss: levels.stop.description,
                takeProfit1: levels.targets[0].description,
                takeProfit2: levels.targets[1].description,
                takeProfit3: levels.targets[2].description,
                aiConfidence: OrNull(signal.confidence),
                baseRate: signal.baseRate,
                aiTriggers: signal.triggers.map {
                    Trigger(code: $0.code.rawValue, label: $0.code.label, weight: Double($0.weight) / 100)
                },
                strategy: Strategy(name: signal.strategy.name, version: signal.strategy.version),
                paper: signal.strategy.isPaper,
                timeframe: signal.timeframe.rawValue,
                status: end.status,
                outcome: OrNull(end.outcome),
                cancellation: OrNull(end.cancellation),
                resultPnl: OrNull(end.resultPnl),
                minTier: signal.minTier.rawValue,
                createdAt: instant(signal.createdAt),
                expiresAt: instant(signal.expiresAt),
                closedAt: OrNull(end.closedAt),
                proof: OrNull(stored.place.map { Proof(leafIndex: $0.index, leafHash: $0.leaf.hex) })
            )
        )
    }

    /// What tiers below the signal's are shown of it.
    package static func lockedJSON(_ signal: Signal) -> String {
        text(
            Locked(
                id: signal.id.uuidString.lowercased(),
                symbol: signal.symbol.text,
                minTier: signal.minTier.rawValue,
                locked: true,
                createdAt: instant(signal.createdAt)
            )
        )
    }

    /// The message that tells of it on the channel.
    ///
    /// - Parameters:
    ///   - stored: the signal as it stands.
    ///   - now: from when on a tier's delay is counted.
    /// - Returns: the message, locked for tiers that are not shown the signal.
    package static func message(_ stored: StoredSignal, at now: Date) -> ChannelDraft {
        let tier = stored.signal.minTier
        let lock =
            tier == .free ? nil : ChannelDraft.Lock(minTier: tier, payload: lockedJSON(stored.signal))
        return ChannelDraft(to: .signals, payload: json(stored), lock: lock, createdAt: now)
    }

    private struct End {
        var status = "active"
        var outcome: String?
        var cancellation: String?
        var resultPnl: Double?
        var closedAt: String?
    }

    private struct Whole: Encodable {
        var id: String
        var symbol: String
        var exchange: String
        var direction: String
        var entryPrice: String
        var stopLoss: String
        var takeProfit1: String
        var takeProfit2: String
        var takeProfit3: String
        var aiConfidence: OrNull<Int>
        var baseRate: Int
        var aiTriggers: [Trigger]
        var strategy: Strategy
        var paper: Bool
        var timeframe: String
        var status: String
        var outcome: OrNull<String>
        var cancellation: OrNull<String>
        var resultPnl: OrNull<Double>
        var minTier: String
        var createdAt: String
        var expiresAt: String
        var closedAt: OrNull<String>
        var proof: OrNull<Proof>
    }

    private struct Locked: Encodable {
        var id: String
        var symbol: String
        var minTier: String
        var locked: Bool
        var createdAt: String
    }

    private struct Trigger: Encodable {
        var code: String
        var label: String
        /// Points of confidence.
        var weight: Double
    }

    private struct Strategy: Encodable {
        var name: String
        var version: Int
    }

    private struct Proof: Encodable {
        var leafIndex: Int64
        var leafHash: String
    }

    private static func instant(_ time: MarketTime) -> String {
        Date(timeIntervalSince1970: Double(time.milliseconds) / 1000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    private static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts, nulls and finite numbers always encode.
        guard let bytes = try? encoder.encode(value) else { preconditionFailure("A signal did not encode") }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A value that is written as null where there is none, since clients are promised the member.
private struct OrNull<Value: Encodable>: Encodable {
    private let value: Value?

    init(_ value: Value?) { self.value = value }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }
}
