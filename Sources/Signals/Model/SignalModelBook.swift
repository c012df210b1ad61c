package import Foundation
package import Markets

/// The models of one geometry, each for the time after what it was trained on: what was known when it was known.
///
/// So a run over the past is a walk forward by itself: no candle is rated by a model that has seen what came after it.
package struct SignalModelBook: Codable, Hashable, Sendable {
    package let name: String
    package let version: Int
    /// Must be ``FeatureNames/all``: a model of other features would rate noise.
    let features: [String]
    /// Symbols, as one venue lists them, in the order they were trained in.
    package let universe: [String]
    package let leader: String
    /// What was trained for: the stop's distance in average true ranges, the targets' in stops, the time in candles.
    package let stopRanges: Double
    package let targetsInRisk: [Double]
    package let lifetimeCandles: Int
    /// Oldest first.
    package let models: [SignalModel]

    /// - Throws: ``SignalModelError``, or the decoder's error.
    package init(json: Data) throws {
        self = try JSONDecoder().decode(SignalModelBook.self, from: json)
        guard features == FeatureNames.all else { throw SignalModelError.featuresUnknown }
        guard universe.contains(leader), stopRanges > 0, lifetimeCandles > 0,
            targetsInRisk.count == SignalLevels.targetCount
        else { throw SignalModelError.geometryInvalid }
        guard models.allSatisfy({ $0.trainedUntil <= $0.from }) else { throw SignalModelError.trainedOnTheFuture }
        guard models.allSatisfy({ $0.trees.allSatisfy { $0.lastFeature < features.count } }) else {
            throw SignalModelError.featuresUnknown
        }
        guard zip(models, models.dropFirst()).allSatisfy({ $0.from < $1.from }) else {
            throw SignalModelError.outOfOrder
        }
    }

    /// The one that is part of the program.
    ///
    /// - Throws: as reading any other does; nothing, in a program that was put together rightly.
    package static func shipped() throws -> SignalModelBook {
        guard let file = Bundle.module.url(forResource: "hourly", withExtension: "json", subdirectory: "Models") else {
            throw SignalModelError.missing
        }
        return try SignalModelBook(json: try Data(contentsOf: file))
    }

    /// The universe's perpetuals in our spelling; nil where one of its symbols cannot be one.
    package var perpetuals: [Symbol]? {
        let symbols = universe.compactMap { Symbol($0 + Symbol.perpetualSuffix) }
        return symbols.count == universe.count ? symbols : nil
    }

    /// The model in force at a candle; nil before the first.
    package func model(at openTime: MarketTime) -> SignalModel? {
        models.last { $0.from <= openTime.milliseconds }
    }
}

/// Why a model cannot be used.
package enum SignalModelError: Error, Hashable, Sendable {
    case missing
    /// It was trained on other features than this program computes.
    case featuresUnknown
    case geometryInvalid
    /// It rates candles that it was trained on.
    case trainedOnTheFuture
    case outOfOrder
}
