import APIContract
import Foundation

/// The texts that are leaves of the record, as a client reads them.
enum RecordedEntry {
    static let origin = "tradepulse/signals"

    struct Publication: Decodable {
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
        /// A code, a colon and hundredths of a point.
        var triggers: [String]
        var strategy: String
        var strategyVersion: Int
        var paper: Bool
        var timeframe: String
        var minTier: String
        var createdAt: Int64
        var expiresAt: Int64

        init(_ text: String) throws(RecordDoubt) {
            guard let entry = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)), entry.kind == "publication"
            else { throw .unreadable(field: "content") }
            self = entry
        }

        /// The first field that is shown otherwise; nil where there is none.
        func difference(from signal: SignalView) -> String? {
            let pairs: [(String, Bool)] = [
                ("id", id == signal.id), ("symbol", symbol == signal.symbol), ("exchange", exchange == signal.exchange),
                ("direction", direction == signal.direction), ("entryPrice", entryPrice == signal.entryPrice),
                ("stopLoss", stopLoss == signal.stopLoss),
                ("takeProfit", takeProfits == [signal.takeProfit1, signal.takeProfit2, signal.takeProfit3]),
                ("aiConfidence", confidence == signal.aiConfidence), ("baseRate", baseRate == signal.baseRate),
                ("aiTriggers", triggers == signal.aiTriggers.map { "\($0.code):\(Int(($0.weight * 100).rounded()))" }),
                ("strategy", strategy == signal.strategy.name && strategyVersion == signal.strategy.version),
                ("paper", paper == signal.paper), ("timeframe", timeframe == signal.timeframe),
                ("minTier", minTier == signal.minTier),
                ("createdAt", createdAt == Instant.milliseconds(signal.createdAt)),
                ("expiresAt", expiresAt == Instant.milliseconds(signal.expiresAt)),
            ]
            return pairs.first { !$0.1 }?.0
        }
    }

    struct Outcome: Decodable {
        var id: String
        var kind: String
        /// `tp1` and the like, or `cancelled:` and why.
        var outcome: String
        var resultHundredths: Int?
        var closedAt: Int64

        init(_ text: String) throws(RecordDoubt) {
            guard let entry = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)), entry.kind == "outcome"
            else { throw .unreadable(field: "content") }
            self = entry
        }

        /// The first field that is shown otherwise; nil where there is none.
        func difference(from signal: SignalView) -> String? {
            let shown = signal.outcome ?? signal.cancellation.map { "cancelled:" + $0 }
            let pairs: [(String, Bool)] = [
                ("id", id == signal.id), ("outcome", outcome == shown),
                ("resultPnl", resultHundredths == signal.resultPnl.map { Int(($0 * 100).rounded()) }),
                ("closedAt", signal.closedAt.flatMap(Instant.milliseconds) == closedAt),
            ]
            return pairs.first { !$0.1 }?.0
        }
    }
}

enum Instant {
    /// Milliseconds since 1970 of an ISO 8601 text as the API writes it; nil for any other text.
    static func milliseconds(_ text: String) -> Int64? {
        guard let date = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) else {
            return nil
        }
        return Int64((date.timeIntervalSince1970 * 1000).rounded())
    }
}
