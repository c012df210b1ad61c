import Foundation
import MarketFeed
import Markets
import TestKit
import Testing

@Suite("A recorded session", .enabled(if: SharedData.isPresent, "the recorded market data is not on this machine"))
struct RecordedSessionTests {
    /// Computed from the same file by a Python script that groups the `trade` frames by `T / 60000`, sorts them by `t`
    /// and sums with `decimal.Decimal`: open time, open, high, low, close, base volume, quote volume, trades.
    private static let expected = [
        "1723161240000 61837.63 61855.37 61824 61828 12.43238 768787.4591831 875",
        "1723161300000 61828 61860.8 61780 61782.25 15.07702 932148.0644641 1255",
        "1723161360000 61782.25 61782.26 61723.99 61727.66 15.49778 957049.4685637 1011",
        "1723161420000 61727.66 61735.99 61651.01 61652.01 59.29235 3658317.730327 2069",
        "1723161480000 61652 61745.27 61583.22 61717.63 77.14202 4756643.4755257 3216",
        "1723161540000 61717.64 61743.5 61666.17 61685.99 32.41946 2000509.286525 1312",
        "1723161600000 61686 61686 61685.99 61685.99 0.17214 10618.6278 19",
    ]

    @Test("Its trades give the minute candles that Python computes from the file, and the last price")
    func candles() throws {
        let events = try Self.trades()
        #expect(events.count == 9_757)
        let board = MarketBoard(now: { events.last?.receivedTime ?? Samples.midnight })
        var builder = CandleBuilder()
        var ledger = CandleLedger()
        for event in events { ledger.take(builder.ingest(board.ingest([event]))) }

        let series = try CandleSeries()
        let stored = (ledger.candles[series] ?? [:]).values.sorted { $0.openTime < $1.openTime }
        let candles = stored + builder.live(series).map(\.candle)
        #expect(candles.map(Self.line) == Self.expected)
        // The first minute was joined in the middle; the last two are not over for three seconds yet.
        #expect(candles.map(\.isClosed) == [false, true, true, true, true, false, false])
        #expect(ledger.gaps(series).map(\.from.milliseconds) == [1_723_161_240_000])

        let ticker = try #require(board.ticker(series.symbol))
        let item = try #require(try JSONSerialization.jsonObject(with: Data(ticker.bytes)) as? [String: Any])
        #expect(item["price"] as? String == "61685.99")
        #expect(item["volume"] as? String == "13084074.1123886")
        #expect(item["high24h"] as? String == "61860.8")
        #expect(item["low24h"] as? String == "61583.22")
        #expect(item["ts"] as? Int64 == 1_723_161_601_271)
    }

    private static func line(_ candle: Candle) -> String {
        [
            "\(candle.openTime)", "\(candle.open)", "\(candle.high)", "\(candle.low)", "\(candle.close)",
            "\(candle.volume)", "\(candle.quoteVolume)", "\(candle.trades)",
        ].joined(separator: " ")
    }

    private static func trades() throws -> [MarketEvent] {
        let path = "exchanges/binance/ws/spot-session-BTCUSDT-2024.jsonl.gz"
        return try SharedData.unpacked(path).split(separator: UInt8(ascii: "\n")).compactMap { line in
            let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            guard let frame = object?["frame"] as? [String: Any], frame["stream"] as? String == "btcusdt@trade" else {
                return nil
            }
            let data = try #require(frame["data"] as? [String: Any])
            let received = try #require(object?["t_us"] as? Int64) / 1_000
            return Samples.event(
                .trade(
                    Trade(
                        symbol: try Samples.symbol(),
                        id: try #require(data["t"] as? Int64),
                        price: try Samples.price(try #require(data["p"] as? String)),
                        quantity: try Samples.quantity(try #require(data["q"] as? String)),
                        takerSide: data["m"] as? Bool == true ? .sell : .buy
                    )
                ),
                on: .binance,
                at: try #require(data["T"] as? Int64),
                receivedAt: received
            )
        }
    }
}
