import Foundation
import Markets
import Testing
import Venues

/// Measures, asserts no time: `TRADEPULSE_MEASURE=1 swift test -c release --filter BinanceDecoderSpeed`.
@Suite(
    "Binance spot decoder speed",
    .enabled(if: ProcessInfo.processInfo.environment["TRADEPULSE_MEASURE"] != nil, "TRADEPULSE_MEASURE is not set"),
    .serialized
)
struct BinanceDecoderSpeed {
    static let frames: [(name: String, frame: String)] = [
        (
            "trade, combined",
            #"{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"#
                + #""p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}"#
        ),
        (
            "bookTicker, combined",
            #"{"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","#
                + #""B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}"#
        ),
        (
            "kline, combined",
            #"{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1653818762502,"s":"BTCUSDT","k":{"t":1653818760000,"#
                + #""T":1653818819999,"s":"BTCUSDT","i":"1m","f":1384844002,"L":1384844032,"o":"29038.46000000","#
                + #""c":"29038.47000000","h":"29038.47000000","l":"29038.46000000","v":"0.20926000","n":31,"x":false,"#
                + #""q":"6076.58918320","V":"0.10436000","Q":"3030.45472920","B":"0"}}}"#
        ),
        (
            "miniTicker, raw",
            #"{"e":"24hrMiniTicker","E":1790435739015,"s":"BTCUSDT","c":"84028.01000000","o":"84004.82000000","#
                + #""h":"84336.96000000","l":"83363.63000000","v":"8974.97894000","q":"753516400.00"}"#
        ),
    ]

    @Test("Messages decoded in a second on one core", arguments: frames)
    func speed(name: String, frame: String) throws {
        let bytes = Array(frame.utf8)
        let rounds = 500_000
        var best = 0.0
        for _ in 0..<5 {
            var decoder = BinanceSpotDecoder(markets: .spot)
            var events: [MarketEvent] = []
            var count = 0
            let time = try ContinuousClock().measure {
                for _ in 0..<rounds {
                    events.removeAll(keepingCapacity: true)
                    _ = try decoder.decode(bytes, into: &events)
                    count += events.count
                }
            }
            #expect(count == rounds)
            best = max(best, Double(rounds) / (time / .seconds(1)))
        }
        print("\(name): \(Int(best)) messages/s, \(Int(best) * bytes.count / 1_000_000) MB/s")
    }

    @Test("Rows of the all-market array decoded in a second on one core")
    func array() throws {
        let row = Self.frames[3].frame
        let rows = (0..<600).map { row.replacingOccurrences(of: "BTCUSDT", with: "C\($0)USDT") }
        let bytes = Array("[\(rows.joined(separator: ","))]".utf8)
        var decoder = BinanceSpotDecoder(markets: .spot)
        var events: [MarketEvent] = []
        let time = try ContinuousClock().measure {
            for _ in 0..<500 {
                events.removeAll(keepingCapacity: true)
                _ = try decoder.decode(bytes, into: &events)
            }
        }
        #expect(events.count == 600)
        print("miniTicker rows in arrays of 600: \(Int(300_000 / (time / .seconds(1)))) rows/s")
    }
}
