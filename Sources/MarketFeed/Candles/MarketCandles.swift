import Markets

/// The candles of one market while they are being built.
///
/// A minute is settled when the venue's closed candle of it arrives, or three seconds (by the venue's clock) after its
/// end when all its trades were heard. The last five minutes can still be corrected: by a trade that comes late, or by
/// the venue's closed candle, which always wins. A trade of an earlier minute marks a gap instead. A minute without
/// trades has no candle, unless the venue sends one.
struct MarketCandles: Sendable {
    static let keptMinutes: Int64 = 5
    static let graceMilliseconds: Int64 = 3_000

    private let venue: Venue
    private let symbol: Symbol
    /// Whether the venue numbers the trades of a market one by one, so that a missing number is a missed trade.
    private let idsAreConsecutive: Bool
    private var minutes: [Minute] = []
    private var sequence = TradeSequence()
    /// In place of the sequence where numbers tell nothing of their order.
    private var recent = RecentTradeIDs()
    private var pyramid: CandlePyramid
    private var hasTrades = false
    private var lastTradeAt: MarketTime?
    private var lastCandleAt: MarketTime?
    private var wasInterrupted = false
    /// Until when everything is settled but for minutes that wait for a trade which was overtaken by others.
    private var settledTo: MarketTime?
    private var waitsForTrades = false

    init(venue: Venue, symbol: Symbol, idsAreConsecutive: Bool) {
        self.venue = venue
        self.symbol = symbol
        self.idsAreConsecutive = idsAreConsecutive
        pyramid = CandlePyramid(venue: venue, symbol: symbol)
    }

    // MARK: - Trades

    mutating func ingest(
        _ trade: Trade,
        at time: MarketTime,
        counters: inout CandleCounters,
        into outputs: inout [CandleOutput]
    ) {
        counters.trades += 1
        let verdict = idsAreConsecutive ? sequence.insert(trade.id, at: time) : recent.insert(trade.id)
        guard verdict != .duplicate else {
            counters.duplicates += 1
            return
        }
        let start = CandleInterval.oneMinute.openTime(of: time)
        guard let place = place(of: start) else {
            counters.late += 1
            miss(TimeSpan(from: start, to: start.adding(milliseconds: 60_000)), into: &outputs)
            return
        }
        // The first minute was not heard from its beginning, and neither was the one in which a venue counts anew.
        if !hasTrades || verdict == .restarted { minutes[place].isPartial = true }
        hasTrades = true
        resume(at: start, into: &outputs)
        lastTradeAt = max(lastTradeAt ?? time, time)
        let rank = TradeRank(id: trade.id, time: time, idsAreConsecutive: idsAreConsecutive)
        if minutes[place].sum?.add(trade, rank: rank) == nil { minutes[place].sum = MinuteSum(trade, rank: rank) }
        if case .settled(_, byVenue: false) = minutes[place].state { settleFromTrades(place, into: &outputs) }
        if waitsForTrades, sequence.oldestHole == nil, let settledTo { settle(before: settledTo, into: &outputs) }
    }

    /// Notes that the connection was lost: what the venue matched meanwhile was not heard.
    mutating func interrupt() {
        // Where trades are numbered one by one the numbers tell, and better: nothing may have been missed at all.
        wasInterrupted = hasTrades && !idsAreConsecutive
    }

    private mutating func resume(at start: MarketTime, into outputs: inout [CandleOutput]) {
        guard wasInterrupted, let lastTradeAt else { return }
        wasInterrupted = false
        let first = CandleInterval.oneMinute.openTime(of: lastTradeAt)
        miss(TimeSpan(from: first, to: start.adding(milliseconds: 60_000)), into: &outputs)
    }

    // MARK: - The venue's own candles

    mutating func ingest(
        _ candle: Candle,
        counters: inout CandleCounters,
        into outputs: inout [CandleOutput]
    ) {
        missSkippedCandles(before: candle, into: &outputs)
        guard let place = place(of: candle.openTime) else {
            if candle.isClosed { publish(candle, wasIncomplete: true, into: &outputs) }
            return
        }
        if case .settled(let settled, _) = minutes[place].state {
            guard candle.isClosed, candle != settled else {
                counters.agreed += candle.isClosed ? 1 : 0
                minutes[place].state = candle.isClosed ? .settled(settled, byVenue: true) : minutes[place].state
                return
            }
        }
        minutes[place].hear(candle)
        guard candle.isClosed else { return }
        if minutes[place].isComplete, let summed = minutes[place].summed(isClosed: true) {
            if summed == candle { counters.agreed += 1 } else { counters.differed += 1 }
        }
        let wasIncomplete = minutes[place].state == .incomplete
        minutes[place].state = .settled(candle, byVenue: true)
        publish(candle, wasIncomplete: wasIncomplete, into: &outputs)
    }

    /// A market that is known by the venue's candles alone shows what was missed by a minute without one.
    private mutating func missSkippedCandles(before candle: Candle, into outputs: inout [CandleOutput]) {
        defer { lastCandleAt = max(lastCandleAt ?? candle.openTime, candle.openTime) }
        guard !hasTrades, let lastCandleAt else { return }
        let next = lastCandleAt.adding(milliseconds: 60_000)
        if next < candle.openTime { miss(TimeSpan(from: next, to: candle.openTime), into: &outputs) }
    }

    // MARK: - Settling

    /// Settles what is over, the venue's clock being at the time.
    mutating func advance(to time: MarketTime, counters: inout CandleCounters, into outputs: inout [CandleOutput]) {
        let settleable = time.adding(milliseconds: -Self.graceMilliseconds)
        missHoles(before: settleable, into: &outputs)
        settledTo = settleable
        settle(before: settleable, into: &outputs)
        let oldestOpen = minutes.first { $0.state == .open && $0.span.to <= settleable }?.openTime
        pyramid.roll(to: oldestOpen ?? CandleInterval.oneMinute.openTime(of: settleable), into: &outputs)
    }

    private mutating func settle(before time: MarketTime, into outputs: inout [CandleOutput]) {
        waitsForTrades = false
        for place in minutes.indices where minutes[place].span.to <= time && minutes[place].state == .open {
            if idsAreConsecutive, sequence.hasHole(in: minutes[place].span) {
                waitsForTrades = true
            } else if minutes[place].isComplete {
                settleFromTrades(place, into: &outputs)
            } else {
                giveUp(place, into: &outputs)
            }
        }
    }

    private mutating func settleFromTrades(_ place: Int, into outputs: inout [CandleOutput]) {
        guard let candle = minutes[place].summed(isClosed: true) else { return }
        minutes[place].state = .settled(candle, byVenue: false)
        publish(candle, wasIncomplete: false, into: &outputs)
    }

    private mutating func giveUp(_ place: Int, into outputs: inout [CandleOutput]) {
        if let best = minutes[place].best {
            outputs.append(.incomplete(VenueCandle(venue: venue, candle: best)))
        }
        minutes[place].state = .incomplete
        miss(minutes[place].span, into: &outputs)
    }

    private mutating func publish(_ candle: Candle, wasIncomplete: Bool, into outputs: inout [CandleOutput]) {
        outputs.append(.closed(VenueCandle(venue: venue, candle: candle)))
        if wasIncomplete { outputs.append(.filled(gap(candle.span))) }
        pyramid.take(candle, into: &outputs)
    }

    /// Turns holes in the trade numbers into gaps once a reordered trade can no longer fill them.
    private mutating func missHoles(before time: MarketTime, into outputs: inout [CandleOutput]) {
        guard idsAreConsecutive else { return }
        while let hole = sequence.oldestHole, hole.behind < time {
            sequence.forgetOldestHole()
            let touched = TimeSpan(from: hole.before, to: max(hole.before, hole.behind).adding(milliseconds: 1))
            miss(CandleInterval.oneMinute.span(covering: touched), into: &outputs)
        }
    }

    /// Marks a gap over minutes that lack trades, but not over those at its ends that the venue has settled.
    private mutating func miss(_ span: TimeSpan, into outputs: inout [CandleOutput]) {
        for place in minutes.indices where span.contains(minutes[place].openTime) {
            guard !isSettledByVenue(minutes[place]) else { continue }
            minutes[place].isPartial = true
            if minutes[place].span.to <= lastTradeAt ?? minutes[place].openTime { minutes[place].state = .incomplete }
        }
        var missing = span
        while let minute = minutes.first(where: { $0.openTime == missing.from }), isSettledByVenue(minute) {
            missing.from = minute.span.to
        }
        while let minute = minutes.first(where: { $0.span.to == missing.to }), isSettledByVenue(minute) {
            missing.to = minute.openTime
        }
        guard !missing.isEmpty else { return }
        outputs.append(.gap(gap(missing)))
        pyramid.spoil(missing, into: &outputs)
    }

    private func isSettledByVenue(_ minute: Minute) -> Bool {
        if case .settled(_, byVenue: true) = minute.state { true } else { false }
    }

    /// The place of the minute, made where needed; nil when it lies before the minutes that are kept.
    private mutating func place(of start: MarketTime) -> Int? {
        if let last = minutes.last, last.openTime == start { return minutes.count - 1 }
        let newest = max(minutes.last?.openTime ?? start, start)
        let oldest = newest.adding(milliseconds: -(Self.keptMinutes - 1) * 60_000)
        guard start >= oldest else { return nil }
        minutes.removeAll { $0.openTime < oldest && $0.state != .open }
        let place = minutes.firstIndex { $0.openTime >= start } ?? minutes.count
        if place == minutes.count || minutes[place].openTime != start {
            minutes.insert(Minute(symbol: symbol, openTime: start), at: place)
        }
        return place
    }

    private func gap(_ span: TimeSpan) -> CandleGap {
        CandleGap(series: CandleSeries(venue: venue, symbol: symbol, interval: .oneMinute), span: span)
    }
}

// MARK: - Reading and seeding

extension MarketCandles {
    /// The candles of the interval that are still being built, oldest first.
    func live(_ interval: CandleInterval) -> [LiveCandle] {
        let open = minutes.filter { $0.state == .open }.compactMap { minute in
            minute.best.map { LiveCandle(candle: $0, isSound: minute.isComplete || minute.sum == nil) }
        }
        return pyramid.live(interval, minutes: open)
    }

    mutating func seed(_ candles: [Candle], of interval: CandleInterval, over span: TimeSpan, now: MarketTime) {
        let open = minutes.first { $0.state == .open }?.openTime ?? now
        pyramid.seed(candles, of: interval, over: span, open: interval.openTime(of: open))
    }
}
