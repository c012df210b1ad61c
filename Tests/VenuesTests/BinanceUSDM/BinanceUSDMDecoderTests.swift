import Foundation
import Markets
import Testing
import Venues

@Suite("Binance USD-M decoder")
struct BinanceUSDMDecoderTests {
    static let trade =
        #"{"e":"aggTrade","E":1723161255343,"a":7,"s":"BTCUSDT","p":"2.5","q":"4","nq":"4","f":1,"l":2,"#
        + #""T":1723161255342,"m":true,"st":1,"ps":"BTCUSDT"}"#
    static let forceOrder =
        #"{"e":"forceOrder","E":1791391083124,"o":{"s":"BTCUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"5","p":"2","#
        + #""ap":"3","X":"FILLED","l":"1","z":"4","T":1791391082119,"ps":"BTCUSDT","st":1}}"#
    static let depth =
        #"{"e":"depthUpdate","E":1622371244693,"T":1622371244687,"s":"BTCUSDT","U":10,"u":20,"pu":8,"#
        + #""b":[["0.5","3"],["0.4","0"]],"a":[["0.6","1"]],"st":1}"#
    static let mark =
        #"{"e":"markPriceUpdate","E":1617308820003,"s":"BTCUSDT","p":"2.5","P":"2","i":"2.25","r":"-0.0001","#
        + #""T":1617321600000,"st":1}"#

    /// A frame with pieces of its text replaced.
    static func changed(_ frame: String, _ piece: String, _ replacement: String) -> String {
        frame.replacingOccurrences(of: piece, with: replacement)
    }

    static func trade(_ piece: String, _ replacement: String) -> String { changed(trade, piece, replacement) }
    static func order(_ piece: String, _ replacement: String) -> String { changed(forceOrder, piece, replacement) }

    static let refusals: [(frame: String, refusal: FrameRefusal)] = [
        ("", FrameRefusal(.malformed)),
        (String(trade.dropLast(2)), FrameRefusal(.malformed)),
        (trade("BTCUSDT", "BTC\u{0}USDT"), FrameRefusal(.malformed)),
        (String(repeating: "[", count: 17) + String(repeating: "]", count: 17), FrameRefusal(.tooDeep)),
        (String(repeating: " ", count: 2 << 20) + "1", FrameRefusal(.tooLarge)),
        ("1", FrameRefusal(.shapeUnknown)),
        ("{}", FrameRefusal(.shapeUnknown)),
        (#"{"stream":"btcusdt@trade","data":null}"#, FrameRefusal(.shapeUnknown)),
        (trade("aggTrade", "aggTrades"), FrameRefusal(.eventUnknown)),
        (trade(#""aggTrade""#, "5"), FrameRefusal(.fieldWrongType, field: "e")),
        (trade(#""s":"BTCUSDT","#, ""), FrameRefusal(.fieldMissing, field: "s")),
        (trade(#""E":1723161255343,"#, ""), FrameRefusal(.fieldMissing, field: "E")),
        (trade(#""2.5""#, "2.5"), FrameRefusal(.fieldWrongType, field: "p")),
        (trade("2.5", "1e5"), FrameRefusal(.decimalInvalid, field: "p")),
        (trade("2.5", "0"), FrameRefusal(.valueOutOfRange, field: "p")),
        (trade(#""q":"4""#, #""q":"-4""#), FrameRefusal(.valueOutOfRange, field: "q")),
        (trade("1723161255342", "0"), FrameRefusal(.valueOutOfRange, field: "T")),
        (order(#""o":{"#, #""x":{"#), FrameRefusal(.fieldMissing, field: "o")),
        (#"{"e":"forceOrder","E":1791391083124,"o":[]}"#, FrameRefusal(.fieldWrongType, field: "o")),
        (order("SELL", "LONG"), FrameRefusal(.valueOutOfRange, field: "S")),
        (order(#""S":"SELL","#, ""), FrameRefusal(.fieldMissing, field: "S")),
        (order(#""ap":"3""#, #""ap":"x""#), FrameRefusal(.decimalInvalid, field: "ap")),
        (order(#""z":"4""#, #""z":"-4""#), FrameRefusal(.valueOutOfRange, field: "z")),
        (order(#""T":1791391082119,"#, ""), FrameRefusal(.fieldMissing, field: "T")),
        (changed(depth, #""pu":8,"#, ""), FrameRefusal(.fieldMissing, field: "pu")),
        (changed(depth, #""U":10"#, #""U":21"#), FrameRefusal(.contradiction)),
        (changed(depth, #"["0.5","3"]"#, #"["0.5"]"#), FrameRefusal(.shapeUnknown, field: "b")),
        (changed(depth, #""0.6""#, #""-0.6""#), FrameRefusal(.valueOutOfRange, field: "a")),
        (changed(mark, "2.5", "0"), FrameRefusal(.valueOutOfRange, field: "p")),
        (changed(mark, "-0.0001", "much"), FrameRefusal(.decimalInvalid, field: "r")),
        (changed(mark, "1617321600000", "5"), FrameRefusal(.valueOutOfRange, field: "T")),
    ]

    @Test("Odd and hostile frames are refused by name, counted, and leave no event", arguments: refusals)
    func refused(frame: String, refusal: FrameRefusal) {
        let decoded = BinanceUSDMBench.dialect().decoded(frame)
        #expect(decoded.refusal == refusal)
        #expect(decoded.events.isEmpty)
        #expect(decoded.counts[refusal.reason] == 1)
        #expect(decoded.counts.total == 1)
    }

    static let tolerated: [String] = [
        trade,
        trade(#","st":1,"ps":"BTCUSDT""#, ""),
        trade(#""m":true"#, #""m":true,"x":{"y":[1,{"z":null}]}"#),
        #"{"stream":"btcusdt@aggTrade","data":"# + trade + "}",
        #"{"data":"# + trade + #","stream":"btcusdt@aggTrade","more":[]}"#,
    ]

    @Test("Families, unknown fields and the combined form change nothing", arguments: tolerated)
    func accepted(frame: String) throws {
        let decoded = BinanceUSDMBench.dialect().decoded(frame)
        #expect(decoded.message == .market(.trades))
        #expect(decoded.payloads == [try Expected.trade("BTCUSDT-PERP", 7, "2.5", "4", .sell)])
        #expect(decoded.times == [1_723_161_255_342])
    }

    static let ignored: [String] = [
        trade(#""st":1"#, #""st":2"#),
        order(#""st":1"#, #""st":2"#),
        trade("BTCUSDT", "NEWUSDT"),
        trade("BTCUSDT", "btcusdt"),
        order("BTCUSDT", "BTCUSD_PERP"),
        #"{"e":"contractInfo","E":1669647330578,"s":"BTCUSDT","ps":"BTCUSDT","ct":"PERPETUAL","cs":"TRADING"}"#,
        #"{"e":"trade","E":1574381164089,"T":1574381164086,"s":"BTCUSDT","t":1,"p":"7","q":"1","X":"INSURANCE_FUND","m":true}"#,
        #"{"stream":"btcusdt@depth5@100ms","data":"# + depth + "}",
        "[]",
    ]

    @Test(
        "The other family, unlisted markets and what nobody traded are left out without complaint",
        arguments: ignored
    )
    func leftOut(frame: String) {
        let decoded = BinanceUSDMBench.dialect().decoded(frame)
        #expect(decoded.refusal == nil)
        #expect(decoded.events.isEmpty && decoded.book == nil)
        #expect(decoded.counts.total == 0)
    }

    @Test("A forced buy closed a short; without an average or a fill there are the limit and the order")
    func forceOrders() throws {
        let dialect = BinanceUSDMBench.dialect()
        func payloads(_ frame: String) -> [MarketEvent.Payload] { dialect.decoded(frame).payloads }
        #expect(payloads(Self.forceOrder) == [try Expected.liquidation("BTCUSDT-PERP", .long, "3", "4")])
        #expect(payloads(Self.order("SELL", "BUY")) == [try Expected.liquidation("BTCUSDT-PERP", .short, "3", "4")])
        #expect(
            payloads(Self.order(#""ap":"3""#, #""ap":"0""#))
                == [try Expected.liquidation("BTCUSDT-PERP", .long, "2", "4")]
        )
        #expect(
            payloads(Self.order(#""z":"4","#, "")) == [try Expected.liquidation("BTCUSDT-PERP", .long, "3", "5")]
        )
    }

    @Test("A mark price of a contract that pays nothing has neither rate nor time")
    func unpaid() throws {
        let frame = Self.changed(Self.changed(Self.mark, "-0.0001", ""), "1617321600000", "0")
        let decoded = BinanceUSDMBench.dialect().decoded(frame)
        #expect(decoded.payloads == [try Expected.funding("BTCUSDT-PERP", rate: nil, mark: "2.5", index: "2.25")])
    }

    @Test("Of a bundled market every figure is of one coin")
    func bundled() throws {
        let dialect = BinanceUSDMBench.dialect()
        func payloads(_ frame: String) -> [MarketEvent.Payload] {
            dialect.decoded(Self.changed(frame, "BTCUSDT", "1000PEPEUSDT")).payloads
        }
        let symbol = "PEPEUSDT-PERP"
        #expect(payloads(Self.trade) == [try Expected.trade(symbol, 7, "0.0025", "4000", .sell)])
        #expect(payloads(Self.forceOrder) == [try Expected.liquidation(symbol, .long, "0.003", "4000")])
        #expect(
            payloads(Self.mark) == [
                try Expected.funding(
                    symbol,
                    rate: "-0.0001",
                    nextAt: 1_617_321_600_000,
                    mark: "0.0025",
                    index: "0.00225"
                )
            ]
        )
        #expect(
            payloads(#"{"e":"bookTicker","u":1,"E":1785121247584,"s":"BTCUSDT","b":"1.5","B":"1","a":"1.6","A":"2"}"#)
                == [try Expected.quote(symbol, bid: ("0.0015", "1000"), ask: ("0.0016", "2000"))]
        )
        #expect(
            payloads(
                #"{"e":"24hrTicker","E":1653815205866,"s":"BTCUSDT","c":"2","o":"1","h":"3","l":"1","v":"5","q":"9"}"#
            )
                == [
                    try Expected.ticker(
                        symbol,
                        last: "0.002",
                        open: "0.001",
                        high: "0.003",
                        low: "0.001",
                        base: "5000",
                        quote: "9"
                    )
                ]
        )
        let candle = try Expected.candle(
            symbol,
            at: 1_653_818_760_000,
            (open: "0.002", high: "0.004", low: "0.001", close: "0.003"),
            base: "7000",
            quote: "8",
            isClosed: true
        )
        #expect(
            payloads(
                #"{"e":"kline","E":1653818762502,"s":"BTCUSDT","k":{"t":1653818760000,"T":1653818819999,"s":"BTCUSDT","#
                    + #""i":"1m","o":"2","c":"3","h":"4","l":"1","v":"7","n":0,"x":true,"q":"8"}}"#
            ) == [.candle(candle)]
        )
        let book = try #require(
            BinanceUSDMBench.dialect(.public).decoded(Self.changed(Self.depth, "BTCUSDT", "1000PEPEUSDT")).book
        )
        #expect(book.bids == (try Expected.levels([("0.0005", "3000"), ("0.0004", "0")])))
        #expect(book.asks == (try Expected.levels([("0.0006", "1000")])))
    }

    @Test("A bad row of an all-market array is counted and the others are kept")
    func badRow() {
        let good = Self.mark
        let bad = Self.changed(good, "2.5", "0")
        let decoded = BinanceUSDMBench.dialect().decoded("[\(good),\(bad),7,\(Self.depth),\(good)]")
        #expect(decoded.message == .market(.funding))
        #expect(decoded.events.count == 2)
        #expect(decoded.counts[.valueOutOfRange] == 1)
        #expect(decoded.counts[.shapeUnknown] == 2)
    }

    static let notices: [(frame: String, message: VenueMessage)] = [
        (#"{"e":"serverShutdown","E":1770123456789}"#, .closing),
        (#"{"result":null,"id":3}"#, .acknowledged(.id(3))),
    ]

    @Test("Notices and replies are told from market data", arguments: notices)
    func notice(frame: String, message: VenueMessage) {
        #expect(BinanceUSDMBench.dialect().decoded(frame).message == message)
    }
}
