import Liquidations
import MarketFeed
import Markets
import TestKit
import Testing

@Suite("Maps of liquidations from the feed")
struct LiquidationMapKeeperTests {
    private let keeper = LiquidationMapKeeper()

    private func ingest(_ payload: MarketEvent.Payload, on venue: Venue = .bybit, minute: Int64) {
        let time = Samples.midnight.adding(milliseconds: minute * 60_000 + 1)
        keeper.ingest([MarketEvent(venue: venue, exchangeTime: time, receivedTime: time, payload: payload)])
    }

    private func trade(
        _ price: String,
        _ quantity: String,
        _ side: Side,
        _ symbol: Symbol
    ) throws -> MarketEvent.Payload {
        .trade(
            Trade(
                symbol: symbol,
                id: 1,
                price: try Samples.price(price),
                quantity: try Samples.quantity(quantity),
                takerSide: side
            )
        )
    }

    private func interest(_ quantity: String, _ symbol: Symbol) throws -> MarketEvent.Payload {
        .openInterest(OpenInterest(symbol: symbol, quantity: try Samples.quantity(quantity)))
    }

    @Test("A minute of trades with open interest makes a map whose sides hold the open interest")
    func made() throws {
        let symbol = try Samples.symbol("BTCUSDT-PERP")
        ingest(try interest("40", symbol), minute: 0)
        ingest(try trade("60000", "3", .buy, symbol), minute: 0)
        #expect(keeper.page(symbol, among: [.bybit]) == nil)
        ingest(try trade("60010", "1", .sell, symbol), minute: 1)
        let page = try #require(keeper.page(symbol, among: Venue.allCases))
        #expect(page.venue == .bybit && page.openInterest == 40 && page.price == 60_000 && page.steps == 1)
        #expect((page.levels.reduce(0) { $0 + $1.long } - 40).magnitude < 0.4)
        #expect((page.levels.reduce(0) { $0 + $1.short } - 40).magnitude < 0.4)
        #expect(page.levels.allSatisfy { $0.long == 0 || $0.price < 60_000 })
        #expect(!page.standing.isMuted && page.standing.trials == 0)
        #expect(keeper.page(symbol, among: [.okx]) == nil)
    }

    @Test("What the running minute crosses is not shown any more")
    func swept() throws {
        let symbol = try Samples.symbol("ETHUSDT-PERP")
        ingest(try interest("100", symbol), minute: 0)
        ingest(try trade("2000", "3", .buy, symbol), minute: 0)
        ingest(try trade("2000", "3", .buy, symbol), minute: 1)
        let before = try #require(keeper.page(symbol, among: [.bybit]))
        #expect(before.levels.contains { $0.long > 0 && $0.price > 1_900 })
        ingest(try trade("1900", "3", .sell, symbol), minute: 1)
        let after = try #require(keeper.page(symbol, among: [.bybit]))
        #expect(after.levels.allSatisfy { $0.long == 0 || $0.price < 1_900 })
        #expect(after.levels.contains { $0.long > 0 })
    }

    @Test("The venue with the most open interest speaks for the symbol; other symbols have no map")
    func chosen() throws {
        let symbol = try Samples.symbol("SOLUSDT-PERP")
        for (venue, quantity) in [(Venue.okx, "900"), (.binance, "1000"), (.bybit, "500")] {
            ingest(try interest(quantity, symbol), on: venue, minute: 0)
            ingest(try trade("150", "3", .buy, symbol), on: venue, minute: 0)
            ingest(try trade("150", "3", .buy, symbol), on: venue, minute: 1)
        }
        #expect(keeper.page(symbol, among: Venue.allCases)?.venue == .binance)
        #expect(keeper.page(symbol, among: [.okx])?.venue == .okx)
        let other = try Samples.symbol("PEPEUSDT-PERP")
        ingest(try interest("1000", other), minute: 0)
        ingest(try trade("1", "3", .buy, other), minute: 0)
        ingest(try trade("1", "3", .buy, other), minute: 1)
        #expect(keeper.page(other, among: Venue.allCases) == nil)
    }
}
