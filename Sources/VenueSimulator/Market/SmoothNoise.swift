import Markets

/// A quantity that wanders smoothly around zero, known at every instant without a past: hashes joined by lines.
struct SmoothNoise: Sendable {
    private let key: UInt64
    /// Milliseconds between two draws.
    private let period: Int64
    private let deviation: Double

    init(seed: UInt64, name: String, minutes: Int64, deviation: Double) {
        key = SeededRandom.mix(seed &+ 3) ^ SeededRandom.key(name)
        period = minutes * 60_000
        self.deviation = deviation
    }

    func value(at time: MarketTime) -> Double {
        let slot = time.milliseconds / period
        let part = Double(time.milliseconds % period) / Double(period)
        return anchor(slot) * (1 - part) + anchor(slot + 1) * part
    }

    /// At the start of each minute of the range.
    func values(_ minutes: ClosedRange<Int64>) -> [Double] {
        var slot = Int64.min
        var ends = (0.0, 0.0)
        return minutes.map { minute in
            let time = minute * 60_000
            if time / period != slot {
                slot = time / period
                ends = (anchor(slot), anchor(slot + 1))
            }
            let part = Double(time % period) / Double(period)
            return ends.0 * (1 - part) + ends.1 * part
        }
    }

    /// Never more than two and a half deviations.
    private func anchor(_ slot: Int64) -> Double {
        var random = SeededRandom(key, UInt64(bitPattern: slot), 7)
        return max(-2.5, min(2.5, random.normal())) * deviation
    }
}
