package import Markets

/// Decides which candidates are published: few, apart from each other, and none while a strategy loses.
///
/// - A symbol with a signal under way, or one that began within the cooldown, gets no other.
/// - At most so many signals of one direction are under way at once: the symbols fall together.
/// - A strategy that lost so often among its last outcomes pauses.
package struct SignalDesk: Sendable {
    package struct Limits: Hashable, Sendable {
        /// Milliseconds between the births of two signals of one symbol.
        package var cooldown: Int64 = 24 * 3_600_000
        /// Signals of one direction under way at once, paper or not.
        package var mostOfOneDirection = 3
        /// Losses in a row of one strategy that make it pause, and for how long.
        package var lossesToPause = 5
        package var pause: Int64 = 24 * 3_600_000

        package init() {}
    }

    private struct Running {
        var symbol: Symbol
        var direction: SignalDirection
        var expiresAt: MarketTime
    }

    private let limits: Limits
    private var running: [String: Running] = [:]
    private var lastBirth: [Symbol: MarketTime] = [:]
    private var losses: [String: (count: Int, last: MarketTime)] = [:]

    package init(limits: Limits = Limits()) { self.limits = limits }

    /// Whether a signal of that kind may be born now.
    package func admits(
        _ strategy: SignalStrategy,
        _ symbol: Symbol,
        _ direction: SignalDirection,
        at now: MarketTime
    ) -> Bool {
        let open = running.values.filter { now < $0.expiresAt }
        guard !open.contains(where: { $0.symbol == symbol }) else { return false }
        guard open.count(where: { $0.direction == direction }) < limits.mostOfOneDirection else { return false }
        if let birth = lastBirth[symbol], now.since(birth) < limits.cooldown { return false }
        guard let lost = losses[strategy.name], lost.count >= limits.lossesToPause else { return true }
        return now.since(lost.last) >= limits.pause
    }

    /// A signal was born.
    package mutating func open(
        _ id: String,
        _ symbol: Symbol,
        _ direction: SignalDirection,
        at birth: MarketTime,
        expiresAt: MarketTime
    ) {
        running[id] = Running(symbol: symbol, direction: direction, expiresAt: expiresAt)
        lastBirth[symbol] = max(birth, lastBirth[symbol] ?? birth)
    }

    /// A signal ended; a cancelled one is neither won nor lost.
    package mutating func close(_ id: String, strategy: String, isWin: Bool?, at end: MarketTime) {
        running[id] = nil
        guard let isWin else { return }
        if isWin {
            losses[strategy] = nil
        } else {
            losses[strategy] = ((losses[strategy]?.count ?? 0) + 1, end)
        }
    }
}
