import Markets
import Testing
import Venues

@Suite("Market table")
struct MarketTableTests {
    private func instrument(
        _ name: String,
        symbol: String? = nil,
        contractSize: String? = nil,
        multiplier: Int64 = 1
    ) throws -> Instrument {
        Instrument(
            venue: .bybit,
            symbol: try #require(Symbol(symbol ?? name)),
            venueSymbol: name,
            base: "X",
            quote: "USDT",
            tickSize: nil,
            lotSize: nil,
            contractSize: contractSize.flatMap { Quantity($0) },
            multiplier: multiplier,
            isTrading: true
        )
    }

    @Test("A listed name is found by its bytes, any other is not")
    func finds() throws {
        let table = MarketTable([try instrument("BTCUSDT"), try instrument("ETH-USDT", symbol: "ETHUSDT")])
        #expect(table.count == 2)
        #expect(table.market("ETH-USDT")?.symbol.text == "ETHUSDT")
        #expect(table.market("BTCUSDT")?.index == 0)
        for name in ["", "BTCUSD", "BTCUSDTX", "btcusdt", "ETHUSDT", String(repeating: "A", count: 1000)] {
            #expect(table.market(name) == nil)
        }
    }

    @Test("A later listing adds, changes figures, and moves nothing")
    func learns() throws {
        var table = MarketTable([try instrument("A1"), try instrument("B1")])
        table.learn([try instrument("C1"), try instrument("B1", symbol: "B1USDT", multiplier: 1000)])
        #expect(["A1", "B1", "C1"].map { table.market($0)?.index } == [0, 1, 2])
        #expect(table.market("B1")?.symbol.text == "B1USDT")
        #expect(table[1].multiplier == 1000)
    }

    @Test("Past its capacity it takes no more names and still finds those it has")
    func full() throws {
        let many = try (0..<(MarketTable.capacity + 300)).map { try instrument("COIN\($0)") }
        let table = MarketTable(many)
        #expect(table.count == MarketTable.capacity)
        #expect(table.market("COIN16383")?.index == 16_383)
        #expect(table.market("COIN16384") == nil)
    }

    @Test("Figures of a thousand coins, and of contracts, become those of one coin, exactly")
    func units() throws {
        let pepe = try instrument("1000PEPEUSDT", symbol: "PEPEUSDT-PERP", multiplier: 1000)
        let swap = try instrument("BTC-USDT-SWAP", symbol: "BTCUSDT-PERP", contractSize: "0.01")
        let table = MarketTable([pepe, swap, try instrument("BTCUSDT")])
        let price = try #require(FixedPoint("0.0123456"))
        let amount = try #require(FixedPoint("7"))
        let expected: [(price: String, quantity: String, contracts: String)] = [
            ("0.0000123456", "7000", "7000"), ("0.0123456", "7", "0.07"), ("0.0123456", "7", "7"),
        ]
        for (index, figures) in expected.enumerated() {
            #expect(table[index].price(price) == Price(figures.price))
            #expect(table[index].quantity(amount) == Quantity(figures.quantity))
            #expect(table[index].contracts(amount) == Quantity(figures.contracts))
        }
        let huge = try #require(FixedPoint("99999999999999999999"))
        #expect(table[0].quantity(huge) == nil)
    }
}
