import Markets
import Testing
import Venues

@Suite("Binance USD-M dialect")
struct BinanceUSDMDialectTests {
    @Test("Each path has its own address and its own streams")
    func paths() throws {
        let pepe = try #require(BinanceUSDMBench.instruments.first { $0.venueSymbol == "1000PEPEUSDT" })
        let open = BinanceUSDMBench.dialect(.public)
        let market = BinanceUSDMBench.dialect(.market)
        #expect(open.url == "ws://127.0.0.1:1/public/stream")
        #expect(market.url == "ws://127.0.0.1:1/market/stream")
        #expect(open.sharedStreams.isEmpty)
        #expect(market.sharedStreams.map(\.name) == ["!ticker@arr", "!markPrice@arr@1s", "!forceOrder@arr"])
        #expect(open.streams(of: pepe, withBook: false).map(\.name) == ["1000pepeusdt@bookTicker"])
        #expect(
            open.streams(of: pepe, withBook: true).map(\.name)
                == ["1000pepeusdt@bookTicker", "1000pepeusdt@depth@100ms"]
        )
        for withBook in [false, true] {
            #expect(
                market.streams(of: pepe, withBook: withBook).map(\.name)
                    == ["1000pepeusdt@aggTrade", "1000pepeusdt@kline_1m"]
            )
        }
        #expect(open.bookRule == .binanceUSDM && market.bookRule == nil)
    }

    @Test("A spot market of the same name is none of theirs")
    func spot() throws {
        let spot = try #require(BinanceUSDMBench.instruments.first { $0.symbol.text == "BTCUSDT" })
        for path in BinanceUSDMDialect.Path.allCases {
            let dialect = BinanceUSDMBench.dialect(path)
            #expect(dialect.market(of: spot) == nil)
            #expect(dialect.streams(of: spot, withBook: true).isEmpty)
        }
    }

    @Test("Requests are numbered and name their streams")
    func requests() {
        let dialect = BinanceUSDMBench.dialect()
        #expect(
            dialect.subscription(id: 7, streams: ["!ticker@arr", "btcusdt@aggTrade"])
                == #"{"method":"SUBSCRIBE","params":["!ticker@arr","btcusdt@aggTrade"],"id":7}"#
        )
        #expect(
            dialect.unsubscription(id: 8, streams: ["btcusdt@aggTrade"])
                == #"{"method":"UNSUBSCRIBE","params":["btcusdt@aggTrade"],"id":8}"#
        )
    }
}
