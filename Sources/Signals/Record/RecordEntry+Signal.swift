import Accounts
package import Foundation
package import Markets

extension RecordEntry {
    /// The publication of a signal.
    package init(publicationOf signal: Signal) {
        let levels = signal.levels
        self.init(
            kind: .publication,
            signalID: signal.id,
            text: Self.text(
                Publication(
                    id: signal.id.uuidString.lowercased(),
                    kind: Kind.publication.rawValue,
                    symbol: signal.symbol.text,
                    exchange: signal.venue.rawValue,
                    direction: levels.direction.rawValue,
                    entryPrice: levels.entry.description,
                    stopLoss: levels.stop.description,
                    takeProfits: levels.targets.map(\.description),
                    confidence: signal.confidence,
                    baseRate: signal.baseRate,
                    triggers: signal.triggers.map { "\($0.code.rawValue):\($0.weight)" },
                    strategy: signal.strategy.name,
                    strategyVersion: signal.strategy.version,
                    paper: signal.strategy.isPaper,
                    timeframe: signal.timeframe.rawValue,
                    minTier: signal.minTier.rawValue,
                    feeMillionths: Int((signal.costs.fee * 1e6).rounded()),
                    slippageMillionths: Int((signal.costs.slippage * 1e6).rounded()),
                    createdAt: signal.createdAt.milliseconds,
                    expiresAt: signal.expiresAt.milliseconds
                )
            )
        )
    }

    /// The end of a signal.
    package init(outcomeOf signal: UUID, _ verdict: SignalVerdict) {
        self.init(
            outcomeOf: signal,
            outcome: verdict.outcome.rawValue,
            resultHundredths: Int((verdict.resultPercent * 100).rounded()),
            closedAt: verdict.closedAt.milliseconds
        )
    }

    /// The end of a signal that was never entered.
    package init(cancellationOf signal: UUID, _ reason: SignalStep.CancellationReason, at time: MarketTime) {
        self.init(
            outcomeOf: signal,
            outcome: "cancelled:\(reason.rawValue)",
            resultHundredths: nil,
            closedAt: time.milliseconds
        )
    }

    private init(outcomeOf signal: UUID, outcome: String, resultHundredths: Int?, closedAt: Int64) {
        self.init(
            kind: .outcome,
            signalID: signal,
            text: Self.text(
                Outcome(
                    id: signal.uuidString.lowercased(),
                    kind: Kind.outcome.rawValue,
                    outcome: outcome,
                    resultHundredths: resultHundredths,
                    closedAt: closedAt
                )
            )
        )
    }

    private struct Publication: Encodable {
        var id: String
        var kind: String
        var symbol: String
        var exchange: String
        var direction: String
        var entryPrice: String
        var stopLoss: String
        var takeProfits: [String]
        var confidence: Int?
        var baseRate: Int
        var triggers: [String]
        var strategy: String
        var strategyVersion: Int
        var paper: Bool
        var timeframe: String
        var minTier: String
        var feeMillionths: Int
        var slippageMillionths: Int
        var createdAt: Int64
        var expiresAt: Int64
    }

    private struct Outcome: Encodable {
        var id: String
        var kind: String
        var outcome: String
        /// Of a percent.
        var resultHundredths: Int?
        var closedAt: Int64
    }

    private static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts and whole numbers always encode.
        guard let bytes = try? encoder.encode(value) else { preconditionFailure("A record did not encode") }
        return String(decoding: bytes, as: UTF8.self)
    }
}
