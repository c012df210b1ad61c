import MarketFeed
import Markets
import Testing

@Suite("Bad ticks")
struct BadTickTests {
    let clock = ManualWallClock()
    let board: MarketBoard

    init() {
        board = MarketBoard(now: clock.now)
    }

    private var start: Int64 { Samples.midnight.milliseconds }

    @Test("Prices of zero or less, crossed quotes and negative volumes never pass")
    func absurd() throws {
        let bad = [
            try Samples.ticker(last: "0", at: start), try Samples.ticker(last: "-1", at: start),
            try Samples.ticker(last: "1", open: "-1", at: start),
            try Samples.ticker(last: "1", high: "1", low: "2", at: start),
            try Samples.ticker(last: "1", low: "0", at: start), try Samples.ticker(last: "1", volume: "-5", at: start),
            try Samples.trade(id: 1, price: "0", at: start), try Samples.trade(id: 1, quantity: "0", at: start),
            try Samples.trade(id: 1, quantity: "-1", at: start),
            try Samples.quote(bid: "2", ask: "1", receivedAt: start),
            try Samples.quote(bid: "-1", ask: "1", receivedAt: start),
            Samples.event(try Samples.candle(minute: 0, open: "5", high: "4", low: "5"), at: start),
        ]
        #expect(board.ingest(bad).isEmpty)
        #expect(board.counters.absurd == bad.count)
        #expect(board.tickersBody().count == 0)
    }

    @Test("One wild price is dropped and counted, and the feed behind it does not see it")
    func wildPrice() throws {
        let before = try Samples.trade(id: 1, price: "100", at: start)
        let wild = try Samples.trade(id: 2, price: "0.01", at: start + 1)
        let after = try Samples.trade(id: 3, price: "100.1", at: start + 2)
        #expect(board.ingest([before, wild, after]) == [before, after])
        #expect(board.counters.implausible == 1)
        #expect(try price() == "100.1")
    }

    @Test("A crash that a second price confirms is real, and nothing of it is lost")
    func realCrash() throws {
        let before = try Samples.trade(id: 1, price: "100", at: start)
        let crash = try Samples.trade(id: 2, price: "20", at: start + 1)
        let confirmed = try Samples.trade(id: 3, price: "20.5", at: start + 2)
        #expect(board.ingest([before]) == [before])
        #expect(board.ingest([crash]).isEmpty)
        #expect(try price() == "100")
        #expect(board.ingest([confirmed]) == [crash, confirmed])
        #expect(try price() == "20.5")
        #expect(board.counters.implausible == 0)
    }

    @Test("A wild price does not confirm itself by being sent twice")
    func noSelfConfirmation() throws {
        let wild = try Samples.trade(id: 2, price: "9999", at: start + 1)
        board.ingest([try Samples.trade(id: 1, price: "100", at: start)])
        #expect(board.ingest([wild, wild]).isEmpty)
        #expect(try price() == "100")
    }

    @Test("After five minutes of silence any price is news")
    func afterSilence() throws {
        board.ingest([try Samples.trade(id: 1, price: "100", at: start)])
        let later = try Samples.trade(id: 2, price: "900", at: start + 300_001)
        #expect(board.ingest([later]) == [later])
    }

    @Test("A doubling or a halving is within what markets do")
    func doubling() throws {
        let prices = ["100", "200", "100", "50"]
        let events = try prices.enumerated().map { place, price in
            try Samples.trade(id: Int64(place), price: price, at: start + Int64(place))
        }
        #expect(board.ingest(events) == events)
    }

    @Test("A garbled time far ahead does not lock the market; two that agree are believed")
    func garbledTime() throws {
        let hour: Int64 = 3_600_000
        board.ingest([
            try Samples.trade(id: 1, price: "100", at: start), try Samples.trade(id: 2, price: "100", at: start + 1),
        ])
        let garbled = try Samples.trade(id: 3, price: "101", at: start + 1_000 * hour, receivedAt: start + 2)
        let next = try Samples.trade(id: 4, price: "102", at: start + 3)
        #expect(board.ingest([garbled, next]) == [next])
        #expect(try price() == "102")
        let resumed = [
            try Samples.trade(id: 5, price: "103", at: start + hour),
            try Samples.trade(id: 6, price: "104", at: start + hour + 50),
        ]
        #expect(board.ingest(resumed) == [resumed[1]])
        #expect(try price() == "104")
    }

    private func price() throws -> String {
        let body = try #require(board.ticker(try Samples.symbol()))
        let text = String(decoding: body.bytes, as: UTF8.self)
        let value = try #require(text.firstMatch(of: /"price":"([^"]+)"/))
        return String(value.1)
    }
}
