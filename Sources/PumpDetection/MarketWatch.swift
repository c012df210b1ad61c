/// One market under watch: its activity, and when it is to be judged.
///
/// A busy market is judged with each trade of a buyer, so that an alert leaves with the trade that causes it, and again
/// when five seconds with a buy are over: fewer looks mean fewer mistakes, so the threshold of the latter is lower.
package struct MarketWatch: Sendable {
    package static let chunkSeconds: Int64 = 5
    /// Trades that come later than this behind the newest are left out: a feed that repeats itself must not count twice.
    static let longestDisorder: Int64 = 2_000

    /// A moment at which the market is judged.
    package enum Look: String, Hashable, Sendable {
        case trade, chunk
    }

    /// What became of a trade.
    package enum Taken: Hashable, Sendable {
        /// It is not believed, or too old.
        case refused
        case counted
        /// It was counted, somebody bought, and nothing newer has come.
        case bought
    }

    package private(set) var activity = MarketActivity()
    private var lastBuy: Int64?
    private var newest: Int64 = 0

    package init() {}

    /// When five seconds with a buy were over, if that is to be judged before anything at the instant is taken in.
    package mutating func due(before milliseconds: Int64) -> Int64? {
        guard let lastBuy else { return nil }
        let end = (lastBuy / Self.chunkSeconds + 1) * Self.chunkSeconds * 1000
        guard milliseconds >= end else { return nil }
        self.lastBuy = nil
        return end
    }

    /// Takes a trade, after what was due.
    @discardableResult
    package mutating func ingest(_ trade: PumpTrade) -> Taken {
        guard trade.milliseconds > newest - Self.longestDisorder || newest == 0, activity.ingest(trade) else {
            return .refused
        }
        newest = max(newest, trade.milliseconds)
        guard trade.isBuy, trade.milliseconds == newest else { return .counted }
        lastBuy = trade.milliseconds / 1000
        return .bought
    }

    /// Whether it is worth a score: warm, and busier than usual.
    package var isWorthScoring: Bool { activity.isWarm && activity.isBusy }
}
