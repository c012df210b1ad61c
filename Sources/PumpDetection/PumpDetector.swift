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
        var rises = RiseWatch()
        var lastTrade: Int64 = 0
        var quietUntil: Int64 = .min
        var isPumping = false
    }

    /// A pump from its alert to its end.
    private struct Underway: Sendable {
        var pump: Pump
        var course: PumpCourse
        /// Of all its time, also where the peak is told to be past before.
        var highest: Double
    }

    private let model: PumpModel
    private let rules: PumpRules
    private let makeID: @Sendable () -> UUID
    private var markets: [Market] = []
    private var places = [[Symbol: Int]](repeating: [:], count: Venue.allCases.count)
    /// By the market's place; few, so that no market has to keep room for one.
    private var underway: [Int: Underway] = [:]
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

    /// Lets time pass: five seconds that are over are judged, and pumps that nobody trades any more end.
    ///
    /// To be called several times a second; what five seconds say waits for a trade or for this.
    package mutating func advance(to now: MarketTime) -> [Pump] {
        for place in markets.indices {
            settle(place, before: now.milliseconds)
            guard markets[place].isPumping, underway[place]?.course.pass(to: now) == true else { continue }
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
        let taken = markets[place].watch.ingest(
            PumpTrade(
                milliseconds: time.milliseconds,
                price: price,
                quote: price * trade.quantity.value.double,
                isBuy: trade.takerSide == .buy
            )
        )
        guard taken != .refused else { return }
        tally.pass(from: markets[place].lastTrade, to: time.milliseconds)
        markets[place].lastTrade = max(markets[place].lastTrade, time.milliseconds)
        if markets[place].isPumping { follow(place, price, trade.price, at: time) }
        if taken == .bought, markets[place].watch.isWorthScoring { judge(place, .trade, at: time) }
    }

    /// Goes on with a pump under way.
    private mutating func follow(_ place: Int, _ price: Double, _ exactly: Price, at time: MarketTime) {
        underway[place]?.highest.raise(to: price)
        guard underway[place]?.course.take(price, at: time) == true else { return }
        if underway[place]?.course.status == .started { underway[place]?.pump.peakPrice = exactly }
        report(place, at: time)
    }

    // MARK: - Judging

    private mutating func settle(_ place: Int, before time: Int64) {
        guard let due = markets[place].watch.due(before: time), markets[place].watch.isWorthScoring else { return }
        review(place, at: due)
        judge(place, .chunk, at: MarketTime(milliseconds: due))
    }

    /// Looks at a market that is worth a score.
    private mutating func judge(_ place: Int, _ look: MarketWatch.Look, at time: MarketTime) {
        guard time.milliseconds >= markets[place].quietUntil, !markets[place].isPumping,
            markets[place].watch.activity.isRising
        else { return }
        features.take(markets[place].watch.activity)
        let margin = model.margin(features, at: look)
        guard margin >= 0 else { return }
        guard witnesses(of: place, at: time.milliseconds) != .contradict else {
            tally.contradicted += 1
            return
        }
        open(place, margin: margin, at: time)
    }

    /// Counts what there should be an alert for, whether or not there is one.
    private mutating func review(_ place: Int, at time: Int64) {
        guard let start = markets[place].watch.activity.riseStart, witnesses(of: place, at: time) != .contradict,
            let news = markets[place].rises.rise(since: start)
        else { return }
        tally.rose(news)
    }

    private enum Witnesses {
        case agree, contradict, absent
    }

    /// What other venues' fresh prices say of this one's.
    private func witnesses(of place: Int, at time: Int64) -> Witnesses {
        let price = markets[place].watch.activity.lastPrice
        var answer = Witnesses.absent
        for (desk, venue) in Venue.allCases.enumerated() where venue != markets[place].venue {
            guard let other = places[desk][markets[place].symbol],
                time - markets[other].lastTrade <= rules.witnessMilliseconds
            else { continue }
            if abs(markets[other].watch.activity.lastPrice - price) <= rules.largestDisagreement { return .agree }
            answer = .contradict
        }
        return answer
    }

    private mutating func open(_ place: Int, margin: Float, at time: MarketTime) {
        let activity = markets[place].watch.activity
        let range = activity.minuteRange
        guard let start = price(range.low), let peak = price(range.high) else { return }
        let loss = (range.high - activity.lastPrice) / max(range.high - range.low, 1e-6)
        var course = PumpCourse(start: start.value.double, peak: peak.value.double, at: time)
        let isLate = loss >= rules.lateLoss && range.highAge >= rules.lateAge
        if isLate { _ = course.take(exp(Double(activity.lastPrice)), at: time) }
        markets[place].isPumping = true
        markets[place].quietUntil = time.milliseconds + rules.quietMilliseconds
        let pump = Pump(
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
        underway[place] = Underway(pump: pump, course: course, highest: peak.value.double)
        tally.opened()
        if let delay = markets[place].rises.alert(at: time.milliseconds) { tally.found(after: delay) }
        report(place, at: time)
    }

    private func price(_ logarithm: Float) -> Price? {
        FixedPoint(rounding: exp(Double(logarithm)), places: 12).map(Price.init)
    }

    private mutating func report(_ place: Int, at time: MarketTime) {
        guard let (pump, highest) = stepped(place, at: time) else { return }
        if pump.status == .ended {
            tally.ended(pump, highest: highest)
            underway[place] = nil
            markets[place].isPumping = false
        } else {
            underway[place]?.pump = pump
        }
        found.append(pump)
    }

    /// The pump as its course has it now, and the highest price it ever had.
    private func stepped(_ place: Int, at time: MarketTime) -> (Pump, highest: Double)? {
        guard let underway = underway[place] else { return nil }
        var pump = underway.pump
        pump.status = underway.course.status
        if pump.status == .ended { pump.endedAt = max(time, pump.startedAt) }
        return (pump, underway.highest)
    }
}

extension Double {
    fileprivate mutating func raise(to other: Double) { self = max(self, other) }
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
