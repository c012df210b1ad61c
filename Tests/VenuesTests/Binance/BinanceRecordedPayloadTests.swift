import Foundation
import Markets
import TestKit
import Testing
import Venues

/// The values were read off the recordings by eye.
@Suite("Recorded Binance spot payloads", .enabled(if: SharedData.isPresent, Recordings.missing))
struct BinanceRecordedPayloadTests {
    private func lines(_ file: String) throws -> [Decoded] {
        try Recordings.lines("exchanges/binance/ws/\(file)").map(decode)
    }

    @Test("A mini ticker of 2026, raw form, says last, open, high, low and both volumes")
    func miniTicker() throws {
        let decoded = try #require(try lines("spot-miniTicker-2026.json").first)
        let ticker = Ticker(
            symbol: try #require(Symbol("BTCUSDT")),
            last: try #require(Price("84028.01")),
            open24h: try #require(Price("84004.82")),
            high24h: try #require(Price("84336.96")),
            low24h: try #require(Price("83363.63")),
            baseVolume: try #require(Quantity("8974.97894")),
            quoteVolume: try #require(Money("753516400"))
        )
        let time = MarketTime(milliseconds: 1_790_435_739_015)
        let event = MarketEvent(venue: .binance, exchangeTime: time, receivedTime: received, payload: .ticker(ticker))
        #expect(decoded.events == [event])
    }

    @Test("Control replies of 2026 are an acknowledgement and a refusal with the venue's words")
    func control() throws {
        let decoded = try lines("spot-control-2026.jsonl")
        #expect(
            decoded.map(\.message) == [
                .acknowledged(.id(1)),
                .refused(VenueRefusal(.id(2), code: 2, text: "Invalid request: unknown variant `NOT_A_METHOD`")),
            ]
        )
        #expect(decoded.allSatisfy { $0.events.isEmpty })
    }

    @Test("Combined frames of 2019: two trades, a quote, a full ticker with its quote, a book update")
    func combined2019() throws {
        let decoded = try lines("spot-mixed-2019.jsonl")
        try #require(decoded.count == 5)
        let trades = [
            try #require(Trade("BNBBTC", 40_756_030, "0.0042699", "33.82", .buy)),
            try #require(Trade("BNBBTC", 60_276_726, "0.0021965", "6.48", .sell)),
        ]
        #expect(decoded[0].events.map(\.payload) == [.trade(trades[0])])
        #expect(decoded[0].events.first?.exchangeTime?.milliseconds == 1_554_076_800_940)
        #expect(decoded[1].events.map(\.payload) == [.trade(trades[1])])

        let quote = Quote(
            symbol: try #require(Symbol("BTCUSDT")),
            bid: try #require(Price("8010")),
            bidQuantity: try #require(Quantity("0.142459")),
            ask: try #require(Price("8012.15")),
            askQuantity: try #require(Quantity("0.031201"))
        )
        #expect(decoded[2].events.map(\.payload) == [.quote(quote)])
        #expect(decoded[2].events.first?.exchangeTime == nil)
        #expect(decoded[2].events.first?.time == received)

        let doge = try #require(Symbol("DOGEBNB"))
        let ticker = Ticker(
            symbol: doge,
            last: try #require(Price("0.0001436")),
            open24h: try #require(Price("0.00014069")),
            high24h: try #require(Price("0.0001455")),
            low24h: try #require(Price("0.00013851")),
            baseVolume: try #require(Quantity("20014582")),
            quoteVolume: try #require(Money("2839.62578157"))
        )
        let best = Quote(
            symbol: doge,
            bid: try #require(Price("0.00014365")),
            bidQuantity: try #require(Quantity("7080")),
            ask: try #require(Price("0.00014498")),
            askQuantity: try #require(Quantity("275033"))
        )
        #expect(decoded[3].events.map(\.payload) == [.ticker(ticker), .quote(best)])
        #expect(decoded[4].isBook)
    }

    @Test("Combined frames of 2021 and 2022: an aggregate trade, books, a ticker, an open candle")
    func combined2021() throws {
        let decoded = try lines("spot-mixed-2021-2022.jsonl")
        try #require(decoded.count == 5)
        let trade = try #require(Trade("BTCUSDT", 640_283_266, "58942.01", "0.000356", .buy))
        #expect(decoded[0].events.map(\.payload) == [.trade(trade)])
        #expect(decoded[0].events.first?.exchangeTime?.milliseconds == 1_616_176_861_893)
        #expect(decoded[1].isBook)
        #expect(decoded[2].message == .ignored, "a partial book names no market")
        #expect(decoded[3].events.count == 2)
        let candle = Candle(
            symbol: try #require(Symbol("BTCUSDT")),
            interval: .oneMinute,
            openTime: MarketTime(milliseconds: 1_653_818_760_000),
            open: try #require(Price("29038.46")),
            high: try #require(Price("29038.47")),
            low: try #require(Price("29038.46")),
            close: try #require(Price("29038.47")),
            volume: try #require(Quantity("0.20926")),
            quoteVolume: try #require(Money("6076.5891832")),
            trades: 31,
            isClosed: false
        )
        #expect(decoded[4].events.map(\.payload) == [.candle(candle)])
        #expect(decoded[4].events.first?.exchangeTime?.milliseconds == 1_653_818_762_502)
    }

    @Test("The retired all-market ticker array of 2022 still reads as a ticker and a quote per row")
    func tickerArray() throws {
        let decoded = try #require(try lines("spot-tickerArr-retired-2022.json").first)
        #expect(decoded.message == .market(.tickers))
        try #require(decoded.events.count == 2)
        guard case .ticker(let ticker) = decoded.events[0].payload, case .quote(let quote) = decoded.events[1].payload
        else {
            Issue.record("expected a ticker and a quote")
            return
        }
        #expect(ticker.last == Price("0.061503") && ticker.quoteVolume == Money("7187.23459814"))
        #expect(quote.bid == Price("0.061503") && quote.ask == Price("0.061504"))
    }

    /// The figures were computed with Python's `json` and `decimal` from the same file.
    @Test("The six minutes of 2024 give every trade, and sums equal to independently computed ones")
    func session() throws {
        let frames = try Recordings.sessionFrames("exchanges/binance/ws/spot-session-BTCUSDT-2024.jsonl.gz")
        #expect(frames.count == 41_248)
        var decoder = BinanceSpotDecoder(markets: .spot)
        var sums = SessionSums()
        var events: [MarketEvent] = []
        for frame in frames {
            events.removeAll(keepingCapacity: true)
            let message = try decoder.decode(frame, into: &events)
            if case .book = message { sums.depthFrames += 1 }
            for event in events { try sums.add(event) }
        }
        #expect(decoder.refusals.total == 0)
        #expect(sums.depthFrames == 3451)
        #expect(sums.quotes == 28_040)
        #expect(sums.bids == FixedPoint("1731227136.3"))
        #expect(sums.asks == FixedPoint("1731235846.18"))
        #expect(sums.trades == 9757)
        #expect(sums.buys == 4103)
        #expect(sums.idsRiseByOne)
        #expect(sums.lastID == 3_735_693_015)
        #expect(sums.volume == FixedPoint("212.03315"))
        #expect(sums.buyVolume == FixedPoint("96.65118"))
        #expect(sums.notional == FixedPoint("13084074.1123886"))
        #expect(sums.low == Price("61583.22"))
        #expect(sums.high == Price("61860.8"))
        #expect(sums.last == Price("61685.99"))
        #expect(sums.lastTime?.milliseconds == 1_723_161_601_271)
    }
}

/// Running figures over the events of a recorded session.
private struct SessionSums {
    var depthFrames = 0
    var quotes = 0
    var bids = FixedPoint.zero
    var asks = FixedPoint.zero
    var trades = 0
    var buys = 0
    var idsRiseByOne = true
    var lastID: Int64?
    var volume = FixedPoint.zero
    var buyVolume = FixedPoint.zero
    var notional = FixedPoint.zero
    var low: Price?
    var high: Price?
    var last: Price?
    var lastTime: MarketTime?

    mutating func add(_ event: MarketEvent) throws {
        switch event.payload {
        case .quote(let quote):
            quotes += 1
            bids = try #require(bids.adding(quote.bid.value))
            asks = try #require(asks.adding(quote.ask.value))
        case .trade(let trade):
            try add(trade)
            lastTime = event.exchangeTime
        case .ticker, .candle, .book, .liquidation, .openInterest, .funding:
            Issue.record("the session holds no tickers and no candles")
        }
    }

    private mutating func add(_ trade: Trade) throws {
        trades += 1
        if let lastID, trade.id != lastID + 1 { idsRiseByOne = false }
        lastID = trade.id
        volume = try #require(volume.adding(trade.quantity.value))
        let amount = trade.price * trade.quantity
        notional = try #require(amount.flatMap { notional.adding($0.value) })
        if trade.takerSide == .buy {
            buys += 1
            buyVolume = try #require(buyVolume.adding(trade.quantity.value))
        }
        low = min(low ?? trade.price, trade.price)
        high = max(high ?? trade.price, trade.price)
        last = trade.price
    }
}
