import Markets

/// Closes the candles of a venue that never says when one is: it is, as soon as the next one of its market begins.
///
/// Holds one candle for each market and interval heard of.
struct CandleCloser {
    private var open: [Int: Candle] = [:]

    /// Calls the body with the candle that this one ends, closed, and then with this one.
    ///
    /// A candle older than the one known says nothing new and is left out.
    mutating func take(_ candle: Candle, of market: Int, _ body: (Candle) -> Void) {
        let key = Self.key(market, candle.interval)
        if var last = open[key] {
            guard last.openTime <= candle.openTime else { return }
            if last.openTime < candle.openTime {
                last.isClosed = true
                body(last)
            }
        }
        open[key] = candle
        body(candle)
    }

    /// Forgets a market's candle, whose end may pass unheard.
    mutating func forget(_ market: Int, _ interval: CandleInterval) { open[Self.key(market, interval)] = nil }

    mutating func forgetAll() { open.removeAll(keepingCapacity: true) }

    private static func key(_ market: Int, _ interval: CandleInterval) -> Int {
        // A day has 1,440 minutes.
        market << 11 | Int(interval.milliseconds / 60_000)
    }
}
