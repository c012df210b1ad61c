package import Foundation
package import Markets

/// Finds pumps in trades as they come: a value without clock, network or database.
///
/// A trade costs constant time and no allocation, a market some 4 kB. The same trades and ticks give the same pumps.
package struct PumpDetector: Sendable {
    private struct Market: Sendable {
        let venue: Venue
        let symbol: Symbol
        var watch = MarketWatch()
        var ids = RecentIDs()
        var lastTrade: Int64 = 0
        var quietUntil: Int64 = .min
        /// The pump under way.
        var pump: Pump?
        var course: PumpCourse?
    }

    private let model: PumpModel
    private let rules: PumpRules
    private let makeID: @Sendable () -> UUID
    private var markets: [Market] = []
    private var places = [[Symbol: Int]](repeating: [:], count: Venue.allCases.count)
    private var features = PumpFeatures()
    /// What happens to be found; empty between two calls.
    private var found: [Pump] = []

    /// Counters since the start.
    package private(set) var tally = PumpTally()

    package init(model: PumpModel, rules: PumpRules = PumpRules(), makeID: @escaping @Sendable () -> UUID = UUID.init) {
        self.model = model
        self.rules = rules
        self.makeID = makeID
    }

    /// Takes what a venue said; only trades matter.
    ///
    /// - Returns: the pumps that began or changed, as they are now, in order.
    package mutating func ingest(_ event: MarketEvent) -> [Pump] {
        guard case .trade(let trade) = event.payload else { return [] }
        let time = event.time.milliseconds
        guard time <= event.receivedTime.adding(milliseconds: rules.longestLeadMilliseconds).milliseconds,
            let place = place(of: trade.symbol, on: event.venue)
        else { return [] }
        settle(place, before: time)
        take(trade, at: event.time, in: place)
        return drain()
    }

    /// Lets time pass: looks that are due are taken, and pumps that nobody trades any more end.
    ///
    /// To be called several times a second; an alert waits for a trade or for this.
    package mutating func advance(to now: MarketTime) -> [Pump] {
        for place in markets.indices {
            settle(place, before: now.milliseconds)
            guard markets[place].course?.pass(to: now) == true else { continue }
            report(place, at: now)
        }
        return drain()
    }

    /// Markets that are watched.
    package var marketCount: Int { markets.count }

    private mutating func drain() -> [Pump] {
        guard !found.isEmpty else { return [] }
        defer { found.removeAll(keepingCapacity: true) }
        return found
    }

    private mutating func place(of symbol: Symbol, on venue: Venue) -> Int? {
        let desk = venue.place
        if let known = places[desk][symbol] { return known }
        guard places[desk].count < rules.marketsPerVenue else { return nil }
        places[desk][symbol] = markets.count
        markets.append(Market(venue: venue, symbol: symbol))
        return markets.count - 1
    }

    private mutating func take(_ trade: Trade, at time: MarketTime, in place: Int) {
        guard markets[place].ids.insert(trade.id) else {
            tally.repeatedTrades += 1
            return
        }
        tally.trades += 1
        let price = trade.price.value.double
        let counted = markets[place].watch.ingest(
            PumpTrade(
                milliseconds: time.milliseconds,
                price: price,
                quote: price * trade.quantity.value.double,
                isBuy: trade.takerSide == .buy
            )
        )
        guard counted else { return }
        tally.pass(from: markets[place].lastTrade, to: time.milliseconds)
        markets[place].lastTrade = max(markets[place].lastTrade, time.milliseconds)
        guard markets[place].pump != nil, markets[place].course?.take(price, at: time) == true else { return }
        if markets[place].course?.status == .started { markets[place].pump?.peakPrice = trade.price }
        report(place, at: time)
    }

    // MARK: - Judging

    private mutating func settle(_ place: Int, before time: Int64) {
        while let due = markets[place].watch.due(before: time) {
            guard due.at >= markets[place].quietUntil, markets[place].pump == nil,
                markets[place].watch.isWorthScoring
            else { continue }
            features.take(markets[place].watch.activity)
            let margin = model.margin(features, at: due.look)
            guard margin >= 0, isCredible(place, at: due.at) else { continue }
            open(place, margin: margin, at: MarketTime(milliseconds: due.at))
        }
    }

    /// A price that rose, and that no other venue contradicts.
    private mutating func isCredible(_ place: Int, at time: Int64) -> Bool {
        let activity = markets[place].watch.activity
        guard activity.minuteRise >= rules.smallestRise else { return false }
        var contradicted = false
        for (desk, venue) in Venue.allCases.enumerated() where venue != markets[place].venue {
            guard let other = places[desk][markets[place].symbol],
                time - markets[other].lastTrade <= rules.witnessMilliseconds
            else { continue }
            if abs(markets[other].watch.activity.lastPrice - activity.lastPrice) <= rules.largestDisagreement {
                return true
            }
            contradicted = true
        }
        if contradicted { tally.contradicted += 1 }
        return !contradicted
    }

    private mutating func open(_ place: Int, margin: Float, at time: MarketTime) {
        let activity = markets[place].watch.activity
        let range = activity.minuteRange
        guard let start = price(range.low), let peak = price(range.high) else { return }
        let loss = (range.high - activity.lastPrice) / max(range.high - range.low, 1e-6)
        var course = PumpCourse(start: start.value.double, peak: peak.value.double, at: time)
        let isLate = loss >= rules.lateLoss
        if isLate { _ = course.take(exp(Double(activity.lastPrice)), at: time) }
        markets[place].course = course
        markets[place].quietUntil = time.milliseconds + rules.quietMilliseconds
        markets[place].pump = Pump(
            id: makeID(),
            symbol: markets[place].symbol,
            venue: markets[place].venue,
            triggers: model.triggers(features),
            score: Double(margin),
            volumeRatio: Double(activity.volumeRatio),
            startedAt: time,
            priceAtStart: start,
            peakPrice: peak,
            status: course.status,
            isLate: isLate
        )
        tally.opened(at: time)
        report(place, at: time)
    }

    private func price(_ logarithm: Float) -> Price? {
        FixedPoint(rounding: exp(Double(logarithm)), places: 12).map(Price.init)
    }

    private mutating func report(_ place: Int, at time: MarketTime) {
        guard var pump = markets[place].pump, let course = markets[place].course else { return }
        pump.status = course.status
        if course.status == .ended {
            pump.endedAt = max(time, pump.startedAt)
            tally.ended(pump)
            markets[place].pump = nil
            markets[place].course = nil
            markets[place].quietUntil = max(
                markets[place].quietUntil,
                time.milliseconds
            )
        } else {
            markets[place].pump = pump
        }
        found.append(pump)
    }
}

extension Venue {
    fileprivate var place: Int {
        switch self {
        case .binance: 0
        case .bybit: 1
        case .okx: 2
        case .mexc: 3
        }
    }
}

extension PumpDetector {
    /// What one market takes, its arrays with their headers included, in bytes; pumps under way come on top.
    package static var bytesPerMarket: Int {
        let header = 32
        return MemoryLayout<Market>.stride + MinuteOfTrading.bytes + HourlyRecords.bytes + RecentIDs.bytes + 3 * header
    }
}
