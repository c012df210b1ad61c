/// How well a map foresaw the liquidations that came after it was drawn.
///
/// A trial keeps the map as it was. Once the price has gone through enough of its cells, the tenth of those that were
/// heaviest is looked at: which part of what was liquidated there lay in it, beside the part that as many cells of any
/// kind would have held by chance. Cells that the price never came to say nothing and are left out.
package struct MapScore: Sendable {
    /// What the trials of late came to.
    package struct Standing: Hashable, Sendable {
        package var trials: Int
        /// Of the liquidated notional, the part in the heaviest tenth of what was reached; 0…1.
        package var precision: Double
        /// The part that chance would have put there.
        package var chance: Double
        /// Whether the precision is above chance by more than its own uncertainty: one-sided, 95 %.
        package var isBetterThanChance: Bool

        /// Whether there were trials enough, and they show nothing.
        package var isMuted: Bool { trials >= MapScore.trialsToJudge && !isBetterThanChance }
    }

    private struct Trial: Sendable {
        var price: Double
        var masses: [Double]
        var liquidated: [Double]
        var reached: ClosedRange<Int>
    }

    static let trialsToJudge = 10
    /// Cells of 0.1 % within 12 % of the price.
    private static let width = 0.001
    private static let cells = 240
    /// Cells that the price goes through before a trial ends.
    private static let reach = 20
    private static let kept = 100

    private var trial: Trial?
    private var results: [(precision: Double, chance: Double)] = []

    package init() {}

    /// Whether a map is wanted, to be judged by what comes.
    package var isIdle: Bool { trial == nil }

    /// Begins a trial with what the map says now.
    package mutating func begin(_ levels: [LiquidationMap.Level], at price: Double) {
        let middle = Self.cells / 2
        var trial = Trial(
            price: price,
            masses: Array(repeating: 0, count: Self.cells),
            liquidated: Array(repeating: 0, count: Self.cells),
            reached: middle...middle
        )
        for level in levels {
            if let cell = Self.cell(level.price, around: price) { trial.masses[cell] += level.long + level.short }
        }
        self.trial = trial
    }

    /// Takes a liquidation.
    package mutating func see(liquidated notional: Double, at price: Double) {
        guard let trial, let cell = Self.cell(price, around: trial.price) else { return }
        self.trial?.liquidated[cell] += notional
    }

    /// Takes where the price has been; ends the trial when that is enough.
    package mutating func see(low: Double, high: Double) {
        guard var trial else { return }
        let low = Self.cell(low, around: trial.price) ?? 0
        let high = Self.cell(high, around: trial.price) ?? Self.cells - 1
        trial.reached = min(low, trial.reached.lowerBound)...max(high, trial.reached.upperBound)
        self.trial = trial
        if trial.reached.count >= Self.reach { end(trial) }
    }

    private mutating func end(_ trial: Trial) {
        self.trial = nil
        let sum = trial.reached.reduce(0) { $0 + trial.liquidated[$1] }
        guard sum > 0 else { return }
        let chosen = trial.reached.sorted { trial.masses[$0] > trial.masses[$1] }.prefix((trial.reached.count + 9) / 10)
        let held = chosen.reduce(0) { $0 + trial.liquidated[$1] }
        results.append((held / sum, Double(chosen.count) / Double(trial.reached.count)))
        if results.count > Self.kept { results.removeFirst() }
    }

    package var standing: Standing {
        let count = Double(results.count)
        guard count > 0 else { return Standing(trials: 0, precision: 0, chance: 0, isBetterThanChance: false) }
        let precision = results.reduce(0) { $0 + $1.precision } / count
        let chance = results.reduce(0) { $0 + $1.chance } / count
        let gains = results.map { $0.precision - $0.chance }
        let gain = precision - chance
        let spread = (gains.reduce(0) { $0 + ($1 - gain) * ($1 - gain) } / max(count - 1, 1)).squareRoot()
        return Standing(
            trials: results.count,
            precision: precision,
            chance: chance,
            isBetterThanChance: results.count >= 3 && gain > 1.645 * spread / count.squareRoot()
        )
    }

    private static func cell(_ price: Double, around middle: Double) -> Int? {
        let place = ((price / middle - 1) / width).rounded(.down) + Double(cells / 2)
        return place >= 0 && place < Double(cells) ? Int(place) : nil
    }
}
