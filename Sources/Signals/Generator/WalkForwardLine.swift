import Foundation
import Markets

/// A rated candidate as one line of JSON, as a judge of calibration and of profit reads it.
package enum WalkForwardLine {
    private struct Line: Encodable {
        var symbol: String
        var timeMilliseconds: Int64
        var side: String
        var entry: Double
        var sl: Double
        var tp: [Double]
        var confidence: Double
        var strategy: String

        private enum CodingKeys: String, CodingKey {
            case symbol, side, entry, sl, tp, confidence, strategy
            case timeMilliseconds = "time_ms"
        }
    }

    /// - Throws: the encoder's error; none is known for finite numbers.
    package static func text(_ candidate: SignalCandidate, symbol: String) throws -> String {
        let levels = candidate.levels
        let line = Line(
            symbol: symbol,
            timeMilliseconds: candidate.candle.milliseconds,
            side: levels.direction == .buy ? "long" : "short",
            entry: levels.entry.value.double,
            sl: levels.stop.value.double,
            tp: levels.targets.map(\.value.double),
            confidence: candidate.probability * 100,
            strategy: candidate.strategy.name
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(line), as: UTF8.self)
    }
}
