import MarketFeed
import Markets
import Testing

@Suite("Candles as text")
struct CandleTextTests {
    @Test("A page is shown in the shape of the contract, to the byte")
    func shape() throws {
        let page = CandlePage(
            series: try CandleSeries(.fiveMinutes, on: .okx),
            items: [
                try Samples.candle(
                    minute: 0,
                    open: "100.10",
                    high: "110",
                    low: "99",
                    close: "105",
                    volume: "1.50",
                    trades: 3
                ),
                try Samples.candle(minute: 5, isClosed: false),
            ],
            gaps: [.minutes(10, 20), .minutes(30, 35)]
        )
        #expect(
            String(decoding: page.json, as: UTF8.self) == """
                {"symbol":"BTCUSDT","exchange":"okx","interval":"5m","items":[{"openTime":1723161600000,\
                "open":"100.1","high":"110","low":"99","close":"105","volume":"1.5","trades":3,"closed":true},\
                {"openTime":1723161900000,"open":"100","high":"100","low":"100","close":"100","volume":"1",\
                "trades":1,"closed":false}],"gaps":[{"from":1723162200000,"to":1723162800000},\
                {"from":1723163400000,"to":1723163700000}]}
                """
        )
        let empty = CandlePage(series: page.series, items: [], gaps: [])
        #expect(
            String(decoding: empty.json, as: UTF8.self)
                == #"{"symbol":"BTCUSDT","exchange":"okx","interval":"5m","items":[],"gaps":[]}"#
        )
    }

    @Test("A page is final when every candle is closed and none is missing")
    func final() throws {
        let series = try CandleSeries()
        let closed = try Samples.candle(minute: 0)
        #expect(CandlePage(series: series, items: [closed], gaps: []).isFinal)
        #expect(!CandlePage(series: series, items: [], gaps: []).isFinal)
        #expect(!CandlePage(series: series, items: [closed], gaps: [.minutes(1, 2)]).isFinal)
        #expect(!CandlePage(series: series, items: [try Samples.candle(minute: 0, isClosed: false)], gaps: []).isFinal)
    }
}
