package import Markets

/// Where a signal is entered, where it is wrong, and where parts of it are closed.
///
/// Stop < entry < target 1 < 2 < 3 for a buy, the reverse for a sell; no others can be made.
package struct SignalLevels: Hashable, Sendable {
    package let direction: SignalDirection
    package let entry: Price
    package let stop: Price
    /// Three, nearest first.
    package let targets: [Price]

    /// How many targets a signal has.
    package static let targetCount = 3

    /// - Throws: ``SignalLevelsError`` where a level is on the wrong side of another, or not above zero.
    package init(
        direction: SignalDirection,
        entry: Price,
        stop: Price,
        targets: [Price]
    ) throws(SignalLevelsError) {
        guard targets.count == Self.targetCount else { throw .targetsNotThree(targets.count) }
        let levels = [stop, entry] + targets
        guard levels.allSatisfy({ $0.value > .zero }) else { throw .notAboveZero }
        for (near, far) in zip(levels, levels.dropFirst()) {
            guard direction == .buy ? near < far : far < near else { throw .outOfOrder }
        }
        self.direction = direction
        self.entry = entry
        self.stop = stop
        self.targets = targets
    }

    /// Distance of the stop from the entry, as a part of the entry.
    package var risk: Double {
        direction.sign * (entry.value.double - stop.value.double) / entry.value.double
    }
}

/// Why levels are none.
package enum SignalLevelsError: Error, Hashable, Sendable {
    case targetsNotThree(Int)
    case notAboveZero
    case outOfOrder
}
