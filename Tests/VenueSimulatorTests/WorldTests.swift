import Markets
import Testing
import VenueSimulator

@Suite("One world over four venues")
struct WorldTests {
    private static let markets = Dictionary(
        uniqueKeysWithValues: Venue.allCases.map { venue in
            (venue, SimulatedMarket(seed: 21, venue: venue, startingAt: SimulatedMarketTests.start, assets: 10))
        }
    )

    private static func price(_ venue: Venue, _ name: String) throws -> Double {
        var market = try #require(markets[venue])
        let index = try #require(
            market.listings.firstIndex { $0.venueSymbol == name && $0.state == .trading },
            "\(name)"
        )
        return try #require(market.day(of: index).last?.price.value.double)
    }

    @Test(
        "Prices agree within a few basis points",
        arguments: [
            ["BTCUSDT", "BTCUSDT", "BTC-USDT", "BTCUSDT"], ["BTCUSDT", "BTCUSDT", "BTC-USDT-SWAP", "BTC_USDT"],
            ["ETHUSDT", "ETHUSDT", "ETH-USDT", "ETHUSDT"],
        ]
    )
    func agreement(names: [String]) throws {
        let prices = try zip([Venue.binance, .bybit, .okx, .mexc], names).map { try Self.price($0, $1) }
        let least = try #require(prices.min())
        let most = try #require(prices.max())
        #expect(most / least - 1 < 0.003)
        #expect(Set(prices).count > 1)
    }

    @Test("A thousand of a cheap coin cost a thousand times as much")
    func multiplier() throws {
        let market = try #require(Self.markets[.binance])
        let spot = try Self.price(.binance, "PEPEUSDT")
        let thousand = try Self.price(.binance, "1000PEPEUSDT")
        #expect(abs(thousand / spot / 1000 - 1) < 0.02)  // the spot tick is a thousandth of the price
        #expect(market.listings.contains { $0.base == "1000PEPE" && $0.isPerpetual })
        #expect(
            try #require(Self.markets[.okx]).listings.first { $0.venueSymbol == "PEPE-USDT-SWAP" }?.contractSize != nil
        )
    }

    @Test("MOON is one coin on Bybit and another on MEXC")
    func sameName() throws {
        #expect(try Self.price(.mexc, "MOONUSDT") / Self.price(.bybit, "MOONUSDT") > 10)
    }

    @Test("Every venue has a halted market and a delisted perpetual", arguments: Venue.allCases)
    func gone(venue: Venue) throws {
        var market = try #require(Self.markets[venue])
        let halted = try #require(market.listings.firstIndex { $0.state == .halted })
        let delisted = try #require(market.listings.firstIndex { $0.state == .delisted })
        let book = market.depth(of: halted)
        _ = market.advance(to: SimulatedMarketTests.start.adding(milliseconds: 5000))
        #expect(market.depthChange(of: halted) == nil)
        #expect(market.depth(of: halted) == book && book?.bids.isEmpty == false)
        #expect(market.depth(of: delisted)?.bids.isEmpty == true)
        #expect(market.quote(of: delisted) == nil && market.day(of: delisted).bar == nil)
    }

    @Test("A perpetual's figures hang together")
    func figures() throws {
        var market = try #require(Self.markets[.okx])
        let index = try #require(market.listings.firstIndex { $0.venueSymbol == "BTC-USDT-SWAP" })
        let figures = try #require(market.perpetual(of: index)).figures(at: market.time)
        let last = try #require(market.day(of: index).last?.price.value.double)
        #expect(abs(figures.markPrice.value.double / last - 1) < 0.003)
        #expect(abs(figures.indexPrice.value.double / figures.markPrice.value.double - 1) < 0.001)
        #expect(figures.nextFunding.milliseconds % (8 * 3_600_000) == 0 && figures.nextFunding > market.time)
        #expect(abs(figures.fundingRate.double) < 0.001 && figures.openInterest > .zero)
        let spot = try #require(market.listings.firstIndex { $0.venueSymbol == "BTC-USDT" })
        #expect(market.perpetual(of: spot) == nil)
    }
}
