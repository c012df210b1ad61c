import Markets

/// What is open with one leverage on one side, were it the only leverage: mass by the cell that its level lies in.
struct Ladder: Sendable {
    let side: PositionSide
    /// From an entry to its level, in cells.
    let offset: Double
    private var values: [Double]
    /// What the values are to be multiplied with: shrinking all of them is one multiplication.
    private var scale = 1.0
    private var sum = 0.0
    /// The cells that may hold something.
    private var held: Range<Int> = 0..<0

    init(side: PositionSide, offset: Double, cells: Int) {
        self.side = side
        self.offset = offset
        values = Array(repeating: 0, count: cells)
    }

    var cells: Int { values.count }
    var total: Double { sum * scale }

    func mass(in range: Range<Int>) -> Double {
        let range = range.clamped(to: held)
        var sum = 0.0
        for cell in range { sum += values[cell] }
        return sum * scale
    }

    /// Empties the levels that a price between the two places, in cells, crosses; returns what they held.
    ///
    /// A long's level is crossed by every price at or below it: the cell of the lowest price goes with them.
    mutating func cross(_ low: Double, _ high: Double) -> Double {
        let gone = (side == .long ? cell(low)..<values.count : 0..<min(cell(high) + 1, values.count)).clamped(to: held)
        guard !gone.isEmpty else { return 0 }
        var crossed = 0.0
        for cell in gone {
            crossed += values[cell]
            values[cell] = 0
        }
        held = side == .long ? held.lowerBound..<gone.lowerBound : gone.upperBound..<held.upperBound
        sum = held.isEmpty ? 0 : max(sum - crossed, 0)
        return crossed * scale
    }

    /// Multiplies everything.
    mutating func shrink(to part: Double) {
        scale *= part
        guard scale < 1e-100 else { return }
        for cell in held { values[cell] *= scale }
        sum *= scale
        scale = 1
    }

    /// Enters mass that was opened evenly between the two places; what its own step has crossed stays out.
    mutating func open(_ mass: Double, _ low: Double, _ high: Double) {
        guard mass > 0 else { return }
        let (from, to) = standing(low, high)
        guard from < to else { return }
        let density = mass / scale / max(high - low, .leastNonzeroMagnitude)
        let first = max(Int(from.rounded(.down)), 0)
        let last = min(Int(to.rounded(.up)), values.count)
        guard first < last else { return }
        for cell in first..<last {
            let part = min(Double(cell + 1), to) - max(Double(cell), from)
            guard part > 0 else { continue }
            values[cell] += part * density
            sum += part * density
        }
        held = held.isEmpty ? first..<last : min(first, held.lowerBound)..<max(last, held.upperBound)
    }

    /// Of mass that was opened evenly between the two places, what lies where its own step has crossed.
    func missed(_ mass: Double, _ low: Double, _ high: Double) -> Double {
        let (from, to) = standing(low, high)
        return mass * (1 - max(to - from, 0) / max(high - low, .leastNonzeroMagnitude))
    }

    /// The places of the levels of what was opened between two places, without those that are crossed there.
    private func standing(_ low: Double, _ high: Double) -> (from: Double, to: Double) {
        side == .long
            ? (low + offset, min(high + offset, Double(cell(low))))
            : (max(low + offset, Double(cell(high) + 1)), high + offset)
    }

    /// The cell that a place lies in, within the grid.
    private func cell(_ place: Double) -> Int { Int(max(0, min(place, Double(values.count - 1)))) }

    /// Moves the grid up by so many cells; what falls off its ends is gone.
    mutating func shift(by cells: Int) {
        var moved = Array(repeating: 0.0, count: values.count)
        sum = 0
        for cell in held where moved.indices.contains(cell - cells) {
            moved[cell - cells] = values[cell]
            sum += values[cell]
        }
        let from = max(held.lowerBound - cells, 0)
        held = from..<max(from, min(held.upperBound - cells, values.count))
        values = moved
    }
}
