import Markets

/// What was played of one market: candles built from its trades or taken from its file, last trades, quote, book.
struct RecordedTape: Sendable {
    /// Candles kept of each interval: six weeks of minutes.
    static let barsKept = 60_480
    static let printsKept = 1000
    /// A longer silence is left as a gap instead of being filled with empty minutes.
    private static let longestFillMinutes: Int64 = 1440
    /// A recorder's clock and the venue's differ by a second or two; a minute is closed that much after its end.
    static let closingDelayMilliseconds: Int64 = 2000

    private(set) var bars: [CandleInterval: [Bar]] = [:]
    private(set) var last: Print?
    private(set) var prints: [Print] = []
    private(set) var top: TopOfBook?
    private(set) var book = RecordedBook()
    private var nextID: Int64 = 1
    /// Whether the last minute is still open.
    private var isMinuteOpen = false

    /// Takes a trade.
    ///
    /// - Returns: the minutes that it proves to be over, oldest first.
    mutating func add(_ print: Print) -> [Bar] {
        last = print
        prints.append(print)
        if prints.count >= 2 * Self.printsKept { prints.removeFirst(prints.count - Self.printsKept) }
        let minute = CandleInterval.oneMinute.openTime(of: print.time)
        let closed = closeMinutes(before: minute)
        var minutes = bars.removeValue(forKey: .oneMinute) ?? []
        if let index = minutes.lastIndex(where: { $0.openTime <= minute }), minutes[index].openTime == minute {
            minutes[index].add(print)
        } else {
            var bar = Bar(openTime: minute, price: print.price)
            bar.add(print)
            minutes.append(bar)
            isMinuteOpen = true
        }
        bars[.oneMinute] = minutes
        trim(.oneMinute)
        return closed
    }

    /// Takes a trade of a file that kept no ids.
    mutating func add(_ price: Price, _ quantity: Quantity, _ side: Side, at time: MarketTime) -> (Print, [Bar]) {
        let print = Print(id: nextID, time: time, price: price, quantity: quantity, takerSide: side)
        nextID += 1
        return (print, add(print))
    }

    /// Takes a finished candle; it replaces one of the same time.
    mutating func add(_ bar: Bar, _ interval: CandleInterval) {
        if let index = bars[interval]?.lastIndex(where: { $0.openTime <= bar.openTime }),
            bars[interval]?[index].openTime == bar.openTime
        {
            bars[interval]?[index] = bar
        } else {
            bars[interval, default: []].append(bar)
        }
        trim(interval)
    }

    mutating func set(_ top: TopOfBook) { self.top = top }
    mutating func reset(_ snapshot: DepthSnapshot) { book.reset(snapshot) }
    mutating func apply(_ change: DepthChange) { book.apply(change) }
    mutating func applyNext(bids: [Level], asks: [Level]) { book.applyNext(bids: bids, asks: asks) }

    /// Closes every minute that ended before the given one began, empty ones too; candle files keep their gaps.
    mutating func closeMinutes(before minute: MarketTime) -> [Bar] {
        guard last != nil, let current = bars[.oneMinute]?.last, current.openTime < minute else { return [] }
        var closed = isMinuteOpen ? [current] : []
        isMinuteOpen = false
        let length = CandleInterval.oneMinute.milliseconds
        let missing = minute.since(current.openTime) / length - 1
        guard missing <= Self.longestFillMinutes else { return closed }
        for offset in stride(from: 1, through: missing, by: 1) {
            let empty = Bar(openTime: current.openTime.adding(milliseconds: offset * length), price: current.close)
            bars[.oneMinute]?.append(empty)
            closed.append(empty)
        }
        return closed
    }

    private mutating func trim(_ interval: CandleInterval) {
        // A tenth at once, so that moving the rest down is rare.
        guard let count = bars[interval]?.count, count > Self.barsKept * 11 / 10 else { return }
        bars[interval]?.removeFirst(count - Self.barsKept)
    }
}

extension Bar {
    mutating func add(_ print: Print) {
        if trades == 0 { (open, high, low) = (print.price, print.price, print.price) }
        high = max(high, print.price)
        low = min(low, print.price)
        close = print.price
        let notional = (print.price * print.quantity) ?? .zero
        volume = volume.plus(print.quantity)
        quoteVolume = quoteVolume.plus(notional)
        trades += 1
        let first = min(tradeIDs?.lowerBound ?? print.id, print.id)
        tradeIDs = first...max(tradeIDs?.upperBound ?? print.id, print.id)
        guard print.takerSide == .buy else { return }
        takerBuyVolume = takerBuyVolume.plus(print.quantity)
        takerBuyQuoteVolume = takerBuyQuoteVolume.plus(notional)
    }
}
