import Foundation

/// What one minute of one market will come to: its candle without turnover, decided by seed, market and minute alone.
///
/// The live market draws trades that add up to it exactly; history is read straight from it.
struct MinutePlan: Hashable, Sendable {
    var minute: Int64
    /// Ticks; all four are the last price when there is no trade.
    var open: Int64
    var high: Int64
    var low: Int64
    var close: Int64
    var trades: Int
    var lots: Int64

    /// From the path's price in ticks at the minute's start and end, and the close of the last minute with a trade.
    init(_ market: SimulatedListing, minute: Int64, start: Int64, end: Int64, last: Int64) {
        self.minute = minute
        let tempo = Self.tempo(market, minute: minute)
        trades = tempo.trades
        guard trades > 0 else {
            (open, high, low, close, lots) = (last, last, last, last, 0)
            return
        }
        var random = SeededRandom(market.key, UInt64(bitPattern: minute), 2)
        let size = market.lotsPerTrade * random.spread(0.4) * tempo.excitement.squareRoot()
        lots = max(Int64(trades), Int64((Double(trades) * size).rounded()))
        open = trades == 1 ? end : start
        close = end
        high = max(open, close)
        low = min(open, close)
        let deviation = Double(start) * market.minuteDeviation * tempo.excitement.squareRoot()
        // A third trade leaves room for one extreme of its own, a fourth for both.
        if trades > 2 { high = max(high, Self.peak(open, close, deviation, random.unit())) }
        if trades > 3 { low = max(1, min(low, -Self.peak(-open, -close, deviation, random.unit()))) }
    }

    /// Trades in the minute, and how much busier than usual it is.
    static func tempo(_ market: SimulatedListing, minute: Int64) -> (trades: Int, excitement: Double) {
        var random = SeededRandom(market.key, UInt64(bitPattern: minute), 1)
        let excitement = market.base.pumps.intensity(at: minute)
        // Busiest when Europe and America overlap, about 15:00 UTC, quietest twelve hours later.
        let hour = Double(minute % 1440) / 60
        let season = 1 + 0.35 * cos((hour - 15) / 24 * 2 * .pi)
        return (random.poisson(market.tradesPerMinute * season * random.spread(0.5) * excitement), excitement)
    }

    /// The maximum of a Brownian bridge, by inverting its distribution at a uniform draw.
    private static func peak(_ from: Int64, _ to: Int64, _ deviation: Double, _ unit: Double) -> Int64 {
        let rise = Double(to - from)
        let above = (rise * rise - 2 * deviation * deviation * log(unit)).squareRoot()
        return Int64(((Double(from) + Double(to) + above) / 2).rounded())
    }
}
