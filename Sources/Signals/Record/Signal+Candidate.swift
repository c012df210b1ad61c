import Accounts
import Crypto
import Foundation
package import Markets

extension Signal {
    /// Outcomes of a strategy's version that must be known before its confidence is shown.
    package static let fewestOutcomes = 30

    /// The signal that a candidate becomes when it is published.
    ///
    /// Its id follows from what it is: two processes that raise it, or one that does again after a crash, raise the same.
    ///
    /// - Parameters:
    ///   - candidate: what was rated.
    ///   - symbol: in our spelling.
    ///   - venue: where it was seen, and is followed.
    ///   - outcomes: signals of this version of the strategy that have ended, without the cancelled ones.
    ///   - lifetime: candles until it expires.
    ///   - timeframe: of the candle.
    package init(
        _ candidate: SignalCandidate,
        symbol: Symbol,
        venue: Venue,
        outcomes: Int,
        lifetime: Int,
        timeframe: CandleInterval = .oneHour
    ) {
        let born = candidate.candle.adding(milliseconds: timeframe.milliseconds)
        let strategy = candidate.strategy
        self.init(
            id: Self.id([
                strategy.name, String(strategy.version), venue.rawValue, symbol.text, timeframe.rawValue,
                String(candidate.candle.milliseconds),
            ]),
            symbol: symbol,
            venue: venue,
            levels: candidate.levels,
            confidence: outcomes < Self.fewestOutcomes ? nil : Int((100 * candidate.probability).rounded()),
            baseRate: Int((100 * candidate.baseline).rounded()),
            triggers: candidate.triggers,
            strategy: Strategy(name: strategy.name, version: strategy.version, isPaper: strategy.isPaper),
            timeframe: timeframe,
            minTier: MinTierRule.minTier(of: symbol),
            createdAt: born,
            expiresAt: born.adding(milliseconds: Int64(lifetime) * timeframe.milliseconds)
        )
    }

    /// A UUID of version 8 (RFC 9562) from the SHA-256 of the parts.
    private static func id(_ parts: [String]) -> UUID {
        let text = parts.map { "\($0.utf8.count):\($0)," }.joined()
        var bytes = Array(SHA256.hash(data: Data(text.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        return UUID(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7], bytes[8], bytes[9],
                bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
            )
        )
    }
}
