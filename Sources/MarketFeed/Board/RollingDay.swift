import DequeModule
import Markets

/// The last 24 hours of a market summed from its trades, for markets whose venue sends no ticker.
///
/// Kept by the hour, so the window is between 23 and 24 hours long once a day has passed.
struct RollingDay: Sendable {
    private struct Hour {
        var number: Int64
        var open: Price
        var high: Price
        var low: Price
        var volume: Quantity
        var quoteVolume: Money
    }

    private var hours: Deque<Hour> = []

    /// Takes trades in the order of their time; sums stop growing at the end of the representable range.
    mutating func ingest(_ trade: Trade, at time: MarketTime) {
        let number = CandleInterval.oneHour.openTime(of: time).milliseconds
        let notional = trade.price * trade.quantity ?? .zero
        if let last = hours.indices.last, hours[last].number == number {
            hours[last].high = max(hours[last].high, trade.price)
            hours[last].low = min(hours[last].low, trade.price)
            hours[last].volume = hours[last].volume.adding(trade.quantity) ?? hours[last].volume
            hours[last].quoteVolume = hours[last].quoteVolume.adding(notional) ?? hours[last].quoteVolume
        } else {
            hours.append(
                Hour(
                    number: number,
                    open: trade.price,
                    high: trade.price,
                    low: trade.price,
                    volume: trade.quantity,
                    quoteVolume: notional
                )
            )
        }
        while let first = hours.first, number - first.number >= 24 * CandleInterval.oneHour.milliseconds {
            hours.removeFirst()
        }
    }

    /// The sums in the shape of a venue's own ticker; nil before the first trade.
    func ticker(symbol: Symbol, last: Price) -> Ticker? {
        guard let first = hours.first else { return nil }
        var ticker = Ticker(
            symbol: symbol,
            last: last,
            open24h: first.open,
            high24h: first.high,
            low24h: first.low,
            baseVolume: .zero,
            quoteVolume: .zero
        )
        for hour in hours {
            ticker.high24h = max(ticker.high24h, hour.high)
            ticker.low24h = min(ticker.low24h, hour.low)
            ticker.baseVolume = ticker.baseVolume.adding(hour.volume) ?? ticker.baseVolume
            ticker.quoteVolume = ticker.quoteVolume.adding(hour.quoteVolume) ?? ticker.quoteVolume
        }
        return ticker
    }
}
