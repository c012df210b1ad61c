import Markets

/// The past of one simulated market, worked out from seed and time when somebody asks.
struct MinuteHistory: Sendable {
    let market: SimulatedListing

    /// Minute candles of a range of minutes, oldest first.
    ///
    /// - Complexity: O(count); about half a microsecond a minute.
    func bars(_ minutes: Range<Int64>) -> [TickBar] {
        plans(minutes).map { TickBar($0, market: market) }
    }

    func plans(_ minutes: Range<Int64>) -> [MinutePlan] {
        guard !minutes.isEmpty else { return [] }
        let path = market.ticks(minutes.lowerBound...minutes.upperBound)
        var last = lastClose(before: minutes.lowerBound)
        return minutes.map { minute in
            let index = Int(minute - minutes.lowerBound)
            let plan = MinutePlan(market, minute: minute, start: path[index], end: path[index + 1], last: last)
            last = plan.close
            return plan
        }
    }

    func plan(_ minute: Int64) -> MinutePlan { plans(minute..<minute + 1)[0] }

    /// The close of the last minute before this one in which there was a trade.
    func lastClose(before minute: Int64) -> Int64 {
        var candidate = minute - 1
        // Even the thinnest market trades a few times an hour; a day is far enough to look back.
        guard market.tradesPerMinute > 0 else { return market.ticks(minute...minute)[0] }
        while candidate > minute - 1440, MinutePlan.tempo(market, minute: candidate).trades == 0 { candidate -= 1 }
        return market.ticks(candidate + 1...candidate + 1)[0]
    }
}
