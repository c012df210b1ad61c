import Foundation

/// When an asset is pumped, how far, and how much busier its trading gets; decided by the seed for all times.
///
/// Time is cut into blocks of two hours; in about one block in twenty a smaller asset rises within minutes by 4 to 30 %
/// and falls back over the rest of the block. With some 300 such assets that is one pump in about eight minutes.
struct PumpSchedule: Sendable {
    private static let block: Int64 = 120
    /// Coins above this turnover are too large for anyone to move like that.
    private static let largestTurnover = 150e6
    private static let probability = 0.05

    private let key: UInt64
    private let isPumpable: Bool

    init(asset: Asset, seed: UInt64) {
        key = SeededRandom.mix(seed &+ 1) ^ SeededRandom.key(asset.coin)
        isPumpable = !asset.isStable && asset.dayTurnover < Self.largestTurnover
    }

    /// What the pump adds to the logarithm of the price at the start of a minute.
    func displacement(at minute: Int64) -> Double {
        guard let (pump, offset) = pump(at: minute) else { return 0 }
        return pump.height * pump.shape(offset)
    }

    /// How many times busier than usual the minute is, 1 outside pumps.
    func intensity(at minute: Int64) -> Double {
        guard let (pump, offset) = pump(at: minute) else { return 1 }
        // Half a minute on, since trades fill the minute while the path gives its start.
        return 1 + pump.excitement * pump.shape(offset + 0.5)
    }

    /// The pump running in the minute and the minutes since it began.
    private func pump(at minute: Int64) -> (Pump, Double)? {
        guard isPumpable else { return nil }
        let remainder = minute % Self.block
        let offset = remainder < 0 ? remainder + Self.block : remainder
        var random = SeededRandom(key, UInt64(bitPattern: minute - offset))
        guard random.unit() < Self.probability else { return nil }
        let start = (random.unit() * 50).rounded()
        guard Double(offset) >= start else { return nil }
        let pump = Pump(
            height: 0.04 * pow(7.5, random.unit()),
            excitement: 6 + 24 * random.unit(),
            rise: 2 + 4 * random.unit(),
            decay: 8 + 10 * random.unit(),
            length: Double(Self.block) - start
        )
        return (pump, Double(offset) - start)
    }
}

private struct Pump {
    /// Logarithm of peak over base.
    let height: Double
    let excitement: Double
    /// Minutes to the peak, minutes of the decay's time constant, minutes until nothing is left.
    let rise: Double
    let decay: Double
    let length: Double

    /// 0 at the start and the end, 1 at the peak.
    func shape(_ minutes: Double) -> Double {
        guard minutes > 0, minutes < length else { return 0 }
        if minutes < rise { return minutes / rise }
        let left = 1 - (minutes - rise) / (length - rise)
        return exp(-(minutes - rise) / decay) * left
    }
}
