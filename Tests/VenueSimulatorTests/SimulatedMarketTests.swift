import Foundation
import Markets
import Testing
import VenueSimulator

@Suite("Simulated market", .timeLimit(.minutes(2)))
struct SimulatedMarketTests {
    /// 10 October 2025, 14:59:30 UTC.
    static let start = MarketTime(milliseconds: 1_760_108_370_000)

    @Test("The same seed tells the same story, however often it is asked")
    func determinism() {
        var whole = SimulatedMarket(seed: 7, startingAt: Self.start, tradesPerSecond: 300, assets: 30)
        var steps = SimulatedMarket(seed: 7, startingAt: Self.start, tradesPerSecond: 300, assets: 30)
        let end = Self.start.adding(milliseconds: 150_000)
        let told = whole.advance(to: end)
        var pieces: [VenueEvent] = []
        var time = Self.start
        while time < end {
            time = min(end, time.adding(milliseconds: 777))
            pieces += steps.advance(to: time)
        }
        #expect(told.count > 50_000)
        #expect(told == pieces)
    }

    @Test("Another seed tells another story")
    func seeds() {
        var first = SimulatedMarket(seed: 1, startingAt: Self.start, tradesPerSecond: 300, assets: 12)
        var second = SimulatedMarket(seed: 2, startingAt: Self.start, tradesPerSecond: 300, assets: 12)
        let end = Self.start.adding(milliseconds: 2000)
        #expect(first.advance(to: end) != second.advance(to: end))
    }

    @Test("Hundreds of markets at real price levels, turnovers over orders of magnitude")
    func listings() throws {
        var market = SimulatedMarket(seed: 1, startingAt: Self.start)
        #expect(market.listings.filter { $0.quote == "USDT" }.count >= 300)
        #expect(Set(market.listings.map(\.quote)) == ["USDT", "BTC", "ETH", "USDC", "FDUSD"])
        #expect(Set(market.listings.map(\.symbol)).count == market.listings.count)
        #expect(market.listings.allSatisfy { $0.isPerpetual || $0.pricePlaces + $0.quantityPlaces <= 8 })
        let trading = market.listings.indices.filter { market.listings[$0].state == .trading }
        let turnovers = trading.compactMap { market.day(of: $0).bar?.quoteVolume.value.double }
        #expect(turnovers.count == trading.count)
        let dollars = zip(trading.map { market.listings[$0] }, turnovers).filter { $0.0.quote == "USDT" }.map(\.1)
        let largest = try #require(dollars.max())
        let smallest = try #require(dollars.min())
        #expect(largest / smallest > 1000)
        let bitcoin = try #require(market.listings.firstIndex { $0.symbol.text == "BTCUSDT" })
        let price = try #require(market.day(of: bitcoin).last?.price.value.double)
        #expect((40_000..<180_000).contains(price))
        #expect(market.listings[bitcoin].tickSize == Price("0.01"))
    }

    @Test("A minute's candle is the sum of its trades, to the last digit")
    func candlesEqualTrades() throws {
        var market = SimulatedMarket(seed: 3, startingAt: Self.start, tradesPerSecond: 200, assets: 60)
        _ = market.advance(to: Self.start.adding(milliseconds: 30_000))  // to a whole minute
        let events = market.advance(to: Self.start.adding(milliseconds: 150_000))
        var built: [Int: Bar] = [:]
        var compared = 0
        for event in events {
            switch event.payload {
            case .trade(let print): built[event.listing] = Self.adding(print, to: built[event.listing])
            case .candleClosed(let interval, let bar):
                #expect(interval == .oneMinute)
                guard let sum = built.removeValue(forKey: event.listing) else {
                    #expect(bar.trades == 0 && bar.volume == .zero && bar.open == bar.close)
                    continue
                }
                #expect(bar == sum)
                compared += 1
            case .quote(let top): #expect(top.bid < top.ask)
            case .liquidation(let closed):
                #expect(market.listings[event.listing].isPerpetual && closed.quantity > .zero)
            case .recorded: Issue.record("a simulated market has no recordings")
            }
        }
        #expect(compared > 150)
    }

    @Test("Trade ids rise by one in every market, and times never go back")
    func ids() {
        var market = SimulatedMarket(seed: 4, startingAt: Self.start, tradesPerSecond: 200, assets: 30)
        var last: [Int: Int64] = [:]
        var time = Self.start
        for event in market.advance(to: Self.start.adding(milliseconds: 90_000)) {
            #expect(event.time >= time)
            time = event.time
            guard case .trade(let print) = event.payload else { continue }
            if let before = last[event.listing] { #expect(print.id == before + 1) }
            last[event.listing] = print.id
        }
    }

    @Test(
        "The last 24 hours are what their 1,440 minute candles add up to",
        arguments: ["BTCUSDT", "ETHBTC", "SANDUSDT"]
    )
    func dayStatistics(symbol: String) throws {
        var market = SimulatedMarket(seed: 5, startingAt: Self.start, tradesPerSecond: 200, assets: 60)
        _ = market.advance(to: Self.start.adding(milliseconds: 100_000))
        let index = try #require(market.listings.firstIndex { $0.symbol.text == symbol })
        let day = market.day(of: index)
        let bars = market.series(of: index).bars(.oneMinute, from: day.openTime, to: nil, limit: 2000)
        #expect(bars.count == 1440)
        let whole = try #require(day.bar)
        #expect(whole.open == bars.first?.open && whole.close == bars.last?.close)
        #expect(whole.high == bars.map(\.high).max() && whole.low == bars.map(\.low).min())
        #expect(whole.trades == bars.map(\.trades).reduce(0, +))
        #expect(whole.volume.value.units == bars.map(\.volume.value.units).reduce(0, +))
        #expect(whole.quoteVolume.value.units == bars.map(\.quoteVolume.value.units).reduce(0, +))
        #expect(day.last?.price == whole.close)
    }

    @Test("Longer candles are their minutes joined", arguments: CandleInterval.allCases.filter { $0 != .oneMinute })
    func intervals(interval: CandleInterval) throws {
        var market = SimulatedMarket(seed: 6, startingAt: Self.start, tradesPerSecond: 100, assets: 40)
        let series = market.series(of: 40)
        let long = series.bars(interval, from: nil, to: nil, limit: 4)
        #expect(long.count == 4)
        for bar in long {
            let end = bar.openTime.adding(milliseconds: interval.milliseconds - 1)
            let minutes = series.bars(.oneMinute, from: bar.openTime, to: end, limit: 2000)
            #expect([bar] == minutes.combined(into: interval))
        }
    }

    @Test("Candle by candle the past joins on to the present without a jump")
    func continuity() throws {
        var market = SimulatedMarket(seed: 8, startingAt: Self.start, tradesPerSecond: 500, assets: 4)
        let bars = market.series(of: 0).bars(.oneMinute, from: nil, to: nil, limit: 3000)
        #expect(bars.count == 3000)
        for (earlier, later) in zip(bars, bars.dropFirst()) {
            #expect(later.openTime.since(earlier.openTime) == 60_000)
            #expect(later.open == earlier.close)
            #expect(later.low <= min(later.open, later.close) && later.high >= max(later.open, later.close))
        }
    }

    @Test("A market that is started again later has the candles that the first one traded")
    func restart() throws {
        // Within the hour, after which ids begin higher.
        let hour = Self.start.adding(milliseconds: -Self.start.milliseconds % 3_600_000)
        var first = SimulatedMarket(seed: 9, startingAt: hour, tradesPerSecond: 200, assets: 60)
        _ = first.advance(to: hour.adding(milliseconds: 240_000))
        var second = SimulatedMarket(seed: 9, startingAt: first.time, tradesPerSecond: 200, assets: 60)
        for index in stride(from: 0, to: first.listings.count, by: 17) {
            let traded = first.series(of: index).bars(.oneMinute, from: hour, to: nil, limit: 10).dropLast()
            let remembered = second.series(of: index).bars(.oneMinute, from: hour, to: nil, limit: 10).dropLast()
            #expect(traded.count == 4)
            for (left, right) in zip(traded, remembered) {
                #expect(left.openTime == right.openTime && left.open == right.open && left.close == right.close)
                #expect(left.high == right.high && left.low == right.low)
                #expect(left.volume == right.volume && left.trades == right.trades)
            }
            let printed = try #require(first.day(of: index).last)
            let resumed = try #require(second.day(of: index).last)
            #expect(printed.id == resumed.id && printed.price == resumed.price)
        }
    }

    @Test("Pumps happen: somewhere a small coin rises by several percent within minutes on many times its volume")
    func pumps() throws {
        var market = SimulatedMarket(seed: 10, startingAt: Self.start, tradesPerSecond: 500, assets: 80)
        var pumped = 0
        for index in market.listings.indices {
            let bars = market.series(of: index).bars(.fiveMinutes, from: nil, to: nil, limit: 72)
            let usual = bars.map(\.trades).sorted()[bars.count / 2]
            for (before, peak) in zip(bars, bars.dropFirst())
            where peak.close.value.double > before.open.value.double * 1.06 && peak.trades > usual * 4 {
                pumped += 1
                break
            }
        }
        #expect((2...100).contains(pumped))
    }

    @Test("Coins follow the market: their hourly returns go with bitcoin's")
    func correlation() throws {
        let market = SimulatedMarket(seed: 11, startingAt: Self.start, tradesPerSecond: 500, assets: 8)
        let bitcoin = Self.returns(market, 0)
        let ether = try #require(market.listings.firstIndex { $0.symbol.text == "ETHUSDT" })
        let dollar = try #require(market.listings.firstIndex { $0.symbol.text == "USDCUSDT" })
        #expect(Self.correlation(bitcoin, Self.returns(market, ether)) > 0.5)
        #expect(abs(Self.correlation(bitcoin, Self.returns(market, dollar))) < 0.3)
    }

    @Test("After a long pause the market goes on at the present and its history fills the pause")
    func pause() throws {
        var market = SimulatedMarket(seed: 12, startingAt: Self.start, tradesPerSecond: 200, assets: 12)
        let before = try #require(market.day(of: 0).last?.id)
        let later = Self.start.adding(milliseconds: 3 * 3_600_000)
        #expect(market.advance(to: later).isEmpty)
        #expect(market.time == later)
        #expect(try #require(market.day(of: 0).last?.id) > before)
        #expect(!market.advance(to: later.adding(milliseconds: 1000)).isEmpty)
        #expect(market.series(of: 0).bars(.oneMinute, from: Self.start, to: nil, limit: 500).count == 180)
    }

    @Test("Changes of a book, applied to a snapshot, give the next snapshot")
    func books() throws {
        var market = SimulatedMarket(seed: 13, startingAt: Self.start, tradesPerSecond: 200, assets: 4)
        let initial = market.depth(of: 0)
        let first = try #require(initial)
        var bids = Dictionary(uniqueKeysWithValues: first.bids.map { ($0.price, $0.quantity) })
        var asks = Dictionary(uniqueKeysWithValues: first.asks.map { ($0.price, $0.quantity) })
        var updateID = first.updateID
        for step in 1...50 {
            _ = market.advance(to: Self.start.adding(milliseconds: Int64(step) * 100))
            guard let change = market.depthChange(of: 0) else { continue }
            #expect(change.updateIDs.lowerBound == updateID + 1)
            updateID = change.updateIDs.upperBound
            for level in change.bids { bids[level.price] = level.quantity == .zero ? nil : level.quantity }
            for level in change.asks { asks[level.price] = level.quantity == .zero ? nil : level.quantity }
        }
        let final = market.depth(of: 0)
        let last = try #require(final)
        #expect(last.updateID == updateID && updateID > first.updateID)
        #expect(bids == Dictionary(uniqueKeysWithValues: last.bids.map { ($0.price, $0.quantity) }))
        #expect(asks == Dictionary(uniqueKeysWithValues: last.asks.map { ($0.price, $0.quantity) }))
        let top = try #require(market.quote(of: 0))
        #expect(last.bids.map(\.price) == last.bids.map(\.price).sorted(by: >))
        #expect(last.bids.first?.price == top.bid && last.asks.first?.price == top.ask)
    }
}

extension SimulatedMarketTests {
    private static func adding(_ print: Print, to bar: Bar?) -> Bar {
        var bar = bar ?? Bar(openTime: CandleInterval.oneMinute.openTime(of: print.time), price: print.price)
        bar.high = max(bar.high, print.price)
        bar.low = min(bar.low, print.price)
        bar.close = print.price
        bar.trades += 1
        bar.tradeIDs = (bar.tradeIDs?.lowerBound ?? print.id)...print.id
        let notional = (print.price * print.quantity) ?? .zero
        bar.volume = Quantity(bar.volume.value.adding(print.quantity.value) ?? .zero)
        bar.quoteVolume = Money(bar.quoteVolume.value.adding(notional.value) ?? .zero)
        guard print.takerSide == .buy else { return bar }
        bar.takerBuyVolume = Quantity(bar.takerBuyVolume.value.adding(print.quantity.value) ?? .zero)
        bar.takerBuyQuoteVolume = Money(bar.takerBuyQuoteVolume.value.adding(notional.value) ?? .zero)
        return bar
    }

    private static func returns(_ market: SimulatedMarket, _ index: Int) -> [Double] {
        var market = market
        let closes = market.series(of: index).bars(.oneHour, from: nil, to: nil, limit: 500).map(\.close.value.double)
        return zip(closes, closes.dropFirst()).map { $1 / $0 - 1 }
    }

    private static func correlation(_ left: [Double], _ right: [Double]) -> Double {
        let count = Double(left.count)
        let means = (left.reduce(0, +) / count, right.reduce(0, +) / count)
        var sums = (0.0, 0.0, 0.0)
        for (x, y) in zip(left, right) {
            sums.0 += (x - means.0) * (y - means.1)
            sums.1 += (x - means.0) * (x - means.0)
            sums.2 += (y - means.1) * (y - means.1)
        }
        return sums.0 / (sums.1 * sums.2).squareRoot()
    }
}
