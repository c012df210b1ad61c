/// One market under watch: its activity, and when it is to be judged.
///
/// A market is judged when a second with a buy has ended, and again when its chunk of five seconds has: fewer looks mean
/// fewer mistakes, so the chunk's threshold is the lower one.
package struct MarketWatch: Sendable {
    package static let chunkSeconds: Int64 = 5
    /// Trades that come later than this behind the newest are left out: a feed that repeats itself must not count twice.
    static let longestDisorder: Int64 = 2_000

    /// A moment at which the market is judged.
    package enum Look: Hashable, Sendable {
        case second, chunk
    }

    package private(set) var activity = MarketActivity()
    private var lastBuy: Int64?
    private var secondIsDue = false
    private var newest: Int64 = 0

    package init() {}

    /// What is to be judged before anything at the instant is taken in: call it until it says nil.
    ///
    /// - Returns: the look and when it was due.
    package mutating func due(before milliseconds: Int64) -> (look: Look, at: Int64)? {
        guard let lastBuy else { return nil }
        if secondIsDue {
            let end = (lastBuy + 1) * 1000
            guard milliseconds >= end else { return nil }
            secondIsDue = false
            return (.second, end)
        }
        let end = (lastBuy / Self.chunkSeconds + 1) * Self.chunkSeconds * 1000
        guard milliseconds >= end else { return nil }
        self.lastBuy = nil
        return (.chunk, end)
    }

    /// Takes a trade, after everything that was due.
    ///
    /// - Returns: whether it was counted.
    @discardableResult
    package mutating func ingest(_ trade: PumpTrade) -> Bool {
        guard trade.milliseconds > newest - Self.longestDisorder || newest == 0, activity.ingest(trade) else {
            return false
        }
        newest = max(newest, trade.milliseconds)
        if trade.isBuy, trade.milliseconds == newest {
            lastBuy = trade.milliseconds / 1000
            secondIsDue = true
        }
        return true
    }

    /// Whether it is worth a score: warm, and busier than usual.
    package var isWorthScoring: Bool { activity.isWarm && activity.isBusy }
}
