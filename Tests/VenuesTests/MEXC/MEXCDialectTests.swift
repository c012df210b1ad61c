import Markets
import NIOCore
import Testing
import Venues

@Suite("MEXC dialects")
struct MEXCDialectTests {
    private func instrument(_ symbol: String) throws -> Instrument {
        try #require(MEXCBench.instruments.first { $0.symbol.text == symbol })
    }

    @Test("A spot market takes three streams, four with its book, of thirty on a connection")
    func spot() throws {
        let dialect = MEXCBench.spot()
        let bitcoin = try instrument("BTCUSDT")
        #expect(dialect.url == "ws://127.0.0.1:1/ws")
        #expect(dialect.sharedStreams.isEmpty)
        #expect(
            dialect.streams(of: bitcoin, withBook: true).map(\.name) == [
                "spot@public.aggre.deals.v3.api.pb@100ms@BTCUSDT",
                "spot@public.aggre.bookTicker.v3.api.pb@100ms@BTCUSDT",
                "spot@public.kline.v3.api.pb@BTCUSDT@Min1",
                "spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT",
            ]
        )
        #expect(dialect.streams(of: bitcoin, withBook: false).count == 3)
        #expect(dialect.policy.streamsPerConnection == 30)
        #expect(
            dialect.subscription(id: 7, streams: ["spot@public.kline.v3.api.pb@BTCUSDT@Min1"])
                == #"{"method":"SUBSCRIPTION","params":["spot@public.kline.v3.api.pb@BTCUSDT@Min1"],"id":7}"#
        )
        #expect(dialect.unsubscription(id: 8, streams: ["a"]) == #"{"method":"UNSUBSCRIPTION","params":["a"],"id":8}"#)
        #expect(dialect.market(of: try instrument("BTCUSDT-PERP")) == nil)
        #expect(dialect.streams(of: try instrument("BTCUSDT-PERP"), withBook: true).isEmpty)
    }

    static let requests: [(stream: String, request: String)] = [
        ("sub.tickers:", #"{"method":"sub.tickers","param":{}}"#),
        ("sub.deal:BTC_USDT", #"{"method":"sub.deal","param":{"symbol":"BTC_USDT"}}"#),
        ("sub.kline:BTC_USDT", #"{"method":"sub.kline","param":{"symbol":"BTC_USDT","interval":"Min1"}}"#),
        ("sub.depth:BTC_USDT", #"{"method":"sub.depth","param":{"symbol":"BTC_USDT"}}"#),
        ("sub.depth.full:BTC_USDT", #"{"method":"sub.depth.full","param":{"symbol":"BTC_USDT","limit":5}}"#),
        ("sub.ticker:BTC_USDT", #"{"method":"sub.ticker","param":{"symbol":"BTC_USDT"}}"#),
    ]

    @Test("A contract is asked for one stream at a time", arguments: requests)
    func futures(stream: String, request: String) throws {
        let dialect = MEXCBench.futures()
        let bitcoin = try instrument("BTCUSDT-PERP")
        let streams = dialect.sharedStreams + dialect.streams(of: bitcoin, withBook: true)
        #expect(streams.map(\.name).contains(stream))
        #expect(streams.count == Self.requests.count)
        #expect(dialect.policy.streamsPerRequest == 1)
        #expect(dialect.subscription(id: 1, streams: [stream]) == request)
        let leaving = request.replacing(#""method":"sub."#, with: #""method":"unsub."#)
        #expect(dialect.unsubscription(id: 2, streams: [stream]) == leaving)
    }

    @Test("The futures socket is none of a spot market's, and is pinged before it closes")
    func futuresSocket() throws {
        let dialect = MEXCBench.futures()
        #expect(dialect.url == "ws://127.0.0.1:1/edge")
        #expect(dialect.market(of: try instrument("BTCUSDT")) == nil)
        #expect(dialect.streams(of: try instrument("BTCUSDT"), withBook: true).isEmpty)
        #expect(dialect.policy.ping?.text == #"{"method":"ping"}"#)
        let interval = try #require(dialect.policy.ping?.interval)
        #expect(interval <= .seconds(20))
    }
}
