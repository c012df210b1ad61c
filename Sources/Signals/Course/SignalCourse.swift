package import Markets

/// A signal from its birth to its end: takes what happens, says what changes.
///
/// It is entered at the first price after its birth. A third is closed at each target; once the first is reached, the
/// stop stands at the price of the entry, for a candle that reached it from the next one on. What one candle leaves open is decided against the signal: the stop came
/// before any target. Nothing happens to a signal that has ended.
package struct SignalCourse: Hashable, Sendable {
    package enum Stage: Hashable, Sendable {
        case awaitingEntry
        /// Entered, with so many targets reached: 0, 1 or 2.
        case open(targetsReached: Int)
        case closed(SignalVerdict)
        case cancelled(SignalStep.CancellationReason)
    }

    package let levels: SignalLevels
    package let bornAt: MarketTime
    package let expiresAt: MarketTime
    package let costs: SignalCosts
    package private(set) var stage = Stage.awaitingEntry
    private var position: SignalPosition?
    private var lastEvent: MarketTime

    package init(levels: SignalLevels, bornAt: MarketTime, expiresAt: MarketTime, costs: SignalCosts = .standard) {
        self.levels = levels
        self.bornAt = bornAt
        self.expiresAt = expiresAt
        self.costs = costs
        lastEvent = bornAt
    }

    package var isOver: Bool {
        switch stage {
        case .awaitingEntry, .open: false
        case .closed, .cancelled: true
        }
    }

    /// The stop in force and the next target, between which nothing happens to it; nil once it has ended.
    package var nextLevels: (stop: Price, target: Price)? {
        switch stage {
        case .awaitingEntry: (stop: levels.stop, target: levels.targets[0])
        case .open(let reached): position.map { (stop: $0.stop, target: levels.targets[reached]) }
        case .closed, .cancelled: nil
        }
    }

    /// Takes the next event; one that lies before the last one, or before the birth, changes nothing.
    package mutating func handle(_ event: SignalEvent) -> [SignalStep] {
        guard !isOver else { return [] }
        switch event {
        case .trade(let price, let time):
            guard time >= lastEvent, time < expiresAt else { return [] }
            lastEvent = time
            return take(SignalBar(price), at: time)
        case .candle(let candle):
            // A candle that began before the birth holds prices that nobody could have traded at.
            guard candle.openTime >= lastEvent, candle.openTime < expiresAt else { return [] }
            let end = candle.openTime.adding(milliseconds: candle.interval.milliseconds)
            lastEvent = end
            return take(SignalBar(candle), at: end)
        case .gap(let end):
            return lose(at: max(end, lastEvent))
        case .expiry(let price, let time):
            return expire(at: price, time: max(time, lastEvent))
        case .cancellation(let time):
            guard stage == .awaitingEntry else { return [] }
            return cancel(.takenBack, at: max(time, lastEvent))
        }
    }

    // MARK: Prices

    private mutating func take(_ bar: SignalBar, at time: MarketTime) -> [SignalStep] {
        var steps: [SignalStep] = []
        if stage == .awaitingEntry {
            guard isEnterable(bar.open) else { return cancel(.entryMissed, at: time) }
            position = SignalPosition(levels: levels, at: bar.open, costs: costs)
            stage = .open(targetsReached: 0)
            steps.append(.entered(price: bar.open, at: time))
        }
        return steps + follow(bar, at: time)
    }

    private func isEnterable(_ price: Price) -> Bool {
        levels.direction == .buy
            ? levels.stop < price && price < levels.targets[0] : price < levels.stop && levels.targets[0] < price
    }

    private mutating func follow(_ bar: SignalBar, at time: MarketTime) -> [SignalStep] {
        guard var position, case .open(var reached) = stage else { return [] }
        var steps: [SignalStep] = []
        // What the open has passed is filled there, before anything else can be.
        if position.isStopped(by: bar.open) { return stop(at: bar.open, isAmbiguous: false, time) }
        let isStopped = position.isStopped(by: bar.worst(levels.direction))
        let limit = isStopped ? bar.open : bar.best(levels.direction)
        while reached < SignalLevels.targetCount, reaches(limit, levels.targets[reached]) {
            position.closeThird(reached, at: levels.targets[reached])
            reached += 1
            steps.append(.targetReached(reached, at: time))
        }
        self.position = position
        stage = .open(targetsReached: reached)
        if reached == SignalLevels.targetCount { return steps + close(.tp3, at: time) }
        guard isStopped else { return steps }
        let isAmbiguous = reached == 0 && reaches(bar.best(levels.direction), levels.targets[0])
        return steps + stop(at: position.stop, isAmbiguous: isAmbiguous, time)
    }

    private func reaches(_ price: Price, _ target: Price) -> Bool {
        levels.direction == .buy ? target <= price : price <= target
    }

    // MARK: Ends

    private mutating func stop(at price: Price, isAmbiguous: Bool, _ time: MarketTime) -> [SignalStep] {
        position?.leave(at: price)
        return close(isAmbiguous ? .ambiguous : .stopLoss, at: time)
    }

    private mutating func expire(at price: Price, time: MarketTime) -> [SignalStep] {
        guard position != nil else { return cancel(.neverEntered, at: time) }
        position?.leave(at: price)
        return close(.expired, at: time)
    }

    /// What happened in a hole is never a win: what is open is booked at the stop.
    private mutating func lose(at time: MarketTime) -> [SignalStep] {
        if position == nil { position = SignalPosition(levels: levels, at: levels.entry, costs: costs) }
        if let stop = position?.stop { position?.leave(at: stop) }
        return close(.dataGap, at: time)
    }

    /// Ends it; `end` is the outcome where no target was reached.
    private mutating func close(_ end: SignalOutcome, at time: MarketTime) -> [SignalStep] {
        guard let position else { return [] }
        let reached = if case .open(let count) = stage { count } else { 0 }
        let outcome = SignalOutcome.targetReached(reached) ?? end
        let verdict = SignalVerdict(
            outcome: outcome,
            resultPercent: (position.result * 10_000).rounded(.toNearestOrAwayFromZero) / 100,
            resultR: position.result / levels.risk,
            closedAt: time
        )
        stage = .closed(verdict)
        return [.closed(verdict)]
    }

    private mutating func cancel(_ reason: SignalStep.CancellationReason, at time: MarketTime) -> [SignalStep] {
        stage = .cancelled(reason)
        return [.cancelled(reason, at: time)]
    }
}
