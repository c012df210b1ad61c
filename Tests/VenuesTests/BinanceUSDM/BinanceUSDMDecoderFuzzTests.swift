import Markets
import Testing
import Venues

@Suite("Binance USD-M decoder under garbage")
struct BinanceUSDMDecoderFuzzTests {
    static let seeds: [String] = [
        BinanceUSDMDecoderTests.trade,
        BinanceUSDMDecoderTests.forceOrder,
        BinanceUSDMDecoderTests.depth,
        BinanceUSDMDecoderTests.mark,
        BinanceUSDMDecoderTests.trade("BTCUSDT", "1000PEPEUSDT"),
        #"{"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":1,"s":"BTCUSDT","ps":"BTCUSDT","b":"1.5","B":"1","#
            + #""a":"1.6","A":"2","T":1785121247583,"E":1785121247584,"st":1}}"#,
        #"[{"e":"24hrTicker","E":1653815205866,"s":"BTCUSDT","c":"2","o":"1","h":"3","l":"1","v":"5","q":"9","st":1}]"#,
        #"{"e":"kline","E":1653818762502,"s":"1000PEPEUSDT","k":{"t":1653818760000,"T":1653818819999,"s":"BTCUSDT","#
            + #""i":"1m","o":"2","c":"3","h":"4","l":"1","v":"7","n":0,"x":true,"q":"8"}}"#,
    ]

    @Test(
        "100,000 mutated frames a path never trap, and what they decode to is possible",
        arguments: BinanceUSDMDialect.Path.allCases
    )
    func mutated(path: BinanceUSDMDialect.Path) async {
        let fuzz = await DialectFuzz(
            BinanceUSDMBench.dialect(path),
            seeds: Self.seeds,
            rounds: 100_000,
            seed: 0x7573_646d
        )
        #expect(fuzz.impossible == 0)
        // Were nearly all refused at the first brace, the fields behind it would go untested.
        #expect(fuzz.taken > 1_000)
        #expect(fuzz.reasons.count >= 8)
    }
}
