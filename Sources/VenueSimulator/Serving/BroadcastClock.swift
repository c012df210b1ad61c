import Markets

/// Tells when the next turn of something that goes out in a rhythm has come.
struct BroadcastClock {
    enum Turn: Hashable {
        case second
        case books
        case candles(Bool)
        case tickers(Bool)
        case allTickers(Bool)
        case figures(Bool)
    }

    private var slots: [Turn: Int64] = [:]

    /// True once in each whole multiple of the period.
    mutating func isDue(_ turn: Turn, every period: Int64, _ now: MarketTime) -> Bool {
        let slot = now.milliseconds / period
        guard slots[turn] != slot else { return false }
        slots[turn] = slot
        return true
    }
}

/// Markets where something was traded since the last word on it, for each kind of word.
struct ChangedMarkets {
    private var tickers: Set<Int> = []
    private var all: Set<Int> = []
    private var candles: Set<Int> = []

    mutating func insert(_ index: Int) {
        insertTicker(index)
        candles.insert(index)
    }

    mutating func insertTicker(_ index: Int) {
        tickers.insert(index)
        all.insert(index)
    }

    mutating func takeTickers(of isPerpetual: Bool, _ listings: [Listing]) -> [Int] {
        Self.take(&tickers, isPerpetual, listings)
    }

    mutating func takeAll(of isPerpetual: Bool, _ listings: [Listing]) -> [Int] {
        Self.take(&all, isPerpetual, listings)
    }

    mutating func takeCandles(of isPerpetual: Bool, _ listings: [Listing]) -> [Int] {
        Self.take(&candles, isPerpetual, listings)
    }

    private static func take(_ set: inout Set<Int>, _ isPerpetual: Bool, _ listings: [Listing]) -> [Int] {
        let due = set.filter { listings[$0].isPerpetual == isPerpetual }
        set.subtract(due)
        return due.sorted()
    }
}
