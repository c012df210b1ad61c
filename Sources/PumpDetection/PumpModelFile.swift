/// The JSON that training writes.
struct PumpModelFile: Decodable {
    var facts: PumpModelFacts
    var features: [String]
    var threshold: Float
    var tradeThreshold: Float
    /// Standard deviations beyond which a feature counts no further.
    var limit: Float
    var intercept: Float
    var centre: [Float]
    var scale: [Float]
    var weight: [Float]
}

/// What a model was trained on.
package struct PumpModelFacts: Hashable, Sendable, Codable {
    package var name: String
    /// Trades at and after this instant had no part in training, ISO 8601.
    package var trainedBefore: String
    package var events: Int
    package var symbolDays: Double

    package init(name: String, trainedBefore: String, events: Int, symbolDays: Double) {
        self.name = name
        self.trainedBefore = trainedBefore
        self.events = events
        self.symbolDays = symbolDays
    }
}

/// Why a model cannot be used.
package enum PumpModelError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(String)
    /// It was trained on features that this program does not compute.
    case otherFeatures
    case malformed(String)

    package var description: String {
        switch self {
        case .unreadable(let file): "the model \(file) cannot be read"
        case .otherFeatures: "the model was trained on other features than this program computes"
        case .malformed(let reason): "the model is malformed: \(reason)"
        }
    }
}
