import Foundation
import Markets
import Testing
import Venues

@Suite("Binance spot decoder")
struct BinanceSpotDecoderTests {
    static let trade =
        #"{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":1,"p":"2.5","q":"4","T":1723161255342,"m":true}"#

    /// A trade frame with one piece of its text replaced.
    static func trade(_ piece: String, _ replacement: String) -> String {
        trade.replacingOccurrences(of: piece, with: replacement)
    }

    static let refusals: [(frame: String, refusal: FrameRefusal)] = [
        ("", FrameRefusal(.malformed)),
        ("{", FrameRefusal(.malformed)),
        ("hello", FrameRefusal(.malformed)),
        (trade + "x", FrameRefusal(.malformed)),
        (trade(#""t":1"#, #""t":01"#), FrameRefusal(.malformed)),
        (trade(#""t":1"#, #""t":123456789012345678901234567890"#), FrameRefusal(.malformed)),
        (trade("BTCUSDT", "BTC\u{0}USDT"), FrameRefusal(.malformed)),
        (String(repeating: "[", count: 17) + String(repeating: "]", count: 17), FrameRefusal(.tooDeep)),
        (String(repeating: " ", count: 2 << 20) + "1", FrameRefusal(.tooLarge)),
        ("1", FrameRefusal(.shapeUnknown)),
        ("null", FrameRefusal(.shapeUnknown)),
        (#""trade""#, FrameRefusal(.shapeUnknown)),
        ("{}", FrameRefusal(.shapeUnknown)),
        (#"{"stream":"btcusdt@trade","data":null}"#, FrameRefusal(.shapeUnknown)),
        (#"{"result":null}"#, FrameRefusal(.shapeUnknown)),
        (#"{"result":null,"id":"one"}"#, FrameRefusal(.shapeUnknown)),
        (#"{"e":"executionReport","E":1723161255343,"s":"BTCUSDT"}"#, FrameRefusal(.eventUnknown)),
        (#"{"event":{"e":"balanceUpdate"}}"#, FrameRefusal(.eventUnknown)),
        (#"{"e":5,"E":1723161255343,"s":"BTCUSDT"}"#, FrameRefusal(.fieldWrongType, field: "e")),
        (trade(#""s":"BTCUSDT","#, ""), FrameRefusal(.fieldMissing, field: "s")),
        (trade(#""BTCUSDT""#, "5"), FrameRefusal(.fieldWrongType, field: "s")),
        (trade(#""p":"2.5","#, ""), FrameRefusal(.fieldMissing, field: "p")),
        (trade(#""2.5""#, "2.5"), FrameRefusal(.fieldWrongType, field: "p")),
        (trade(#""2.5""#, "null"), FrameRefusal(.fieldWrongType, field: "p")),
        (trade("2.5", ""), FrameRefusal(.decimalInvalid, field: "p")),
        (trade("2.5", "2.5e3"), FrameRefusal(.decimalInvalid, field: "p")),
        (trade("2.5", "NaN"), FrameRefusal(.decimalInvalid, field: "p")),
        (trade("2.5", "+2.5"), FrameRefusal(.decimalInvalid, field: "p")),
        (trade("2.5", "2,5"), FrameRefusal(.decimalInvalid, field: "p")),
        (trade("2.5", "0.0000000000000000001"), FrameRefusal(.decimalInvalid, field: "p")),
        (trade("2.5", "100000000000000000000"), FrameRefusal(.decimalInvalid, field: "p")),
        (trade("2.5", String(repeating: "9", count: 500)), FrameRefusal(.decimalInvalid, field: "p")),
        (trade("2.5", "0.00000000"), FrameRefusal(.valueOutOfRange, field: "p")),
        (trade("2.5", "-2.5"), FrameRefusal(.valueOutOfRange, field: "p")),
        (trade(#""q":"4""#, #""q":"0""#), FrameRefusal(.valueOutOfRange, field: "q")),
        (trade(#""t":1"#, #""t":1.5"#), FrameRefusal(.fieldWrongType, field: "t")),
        (trade(#""t":1"#, #""t":18446744073709551615"#), FrameRefusal(.fieldWrongType, field: "t")),
        (trade(#""m":true"#, #""m":"true""#), FrameRefusal(.fieldWrongType, field: "m")),
        (trade("1723161255342", "0"), FrameRefusal(.valueOutOfRange, field: "T")),
        (trade("1723161255342", "-1723161255342"), FrameRefusal(.valueOutOfRange, field: "T")),
        (trade("1723161255342", "9223372036854775807"), FrameRefusal(.valueOutOfRange, field: "T")),
    ]

    @Test("Odd and hostile frames are refused by name, counted, and leave no event", arguments: refusals)
    func refused(frame: String, refusal: FrameRefusal) {
        let decoded = decode(frame)
        #expect(decoded.refusal == refusal)
        #expect(decoded.events.isEmpty)
        #expect(decoded.counts[refusal.reason] == 1)
        #expect(decoded.counts.total == 1)
    }

    @Test("Bytes that are not UTF-8 are refused")
    func notUTF8() {
        var frame = Array(Self.trade.utf8)
        frame[frame.count - 30] = 0xFF
        #expect(decode(frame).refusal == FrameRefusal(.malformed))
    }

    static let tolerated: [String] = [
        trade,
        trade(#""m":true"#, #""m":true,"M":true,"st":1,"x":{"y":[1,2,{"z":null}]}"#),
        trade("{", "\n { \t"),
        trade(#""BTCUSDT""#, #""\u0042TCUSDT""#),
        trade("2.5", "2.50000000000000000000"),
        trade("2.5", "0002.5"),
        trade("1723161255342", "1723161255342123"),
        #"{"stream":"btcusdt@trade","data":"# + trade + "}",
        #"{"data":"# + trade + #","stream":"btcusdt@trade","more":[]}"#,
        trade(#""m":true"#, #""m":true,"p":"9""#),
    ]

    @Test("Unknown fields, blanks, escapes, microseconds and the combined form change nothing", arguments: tolerated)
    func accepted(frame: String) throws {
        let decoded = decode(frame)
        let trade = try #require(Trade("BTCUSDT", 1, "2.5", "4", .sell))
        #expect(decoded.events.map(\.payload) == [.trade(trade)])
        #expect(decoded.events.first?.exchangeTime?.milliseconds == 1_723_161_255_342)
        #expect(decoded.message == .market(.trades))
    }

    @Test("A market's name may be written in any script")
    func nonASCII() throws {
        let decoded = decode(Self.trade("BTCUSDT", "币安人生USDT"))
        let trade = try #require(Trade("币安人生USDT", 1, "2.5", "4", .sell))
        #expect(decoded.events.map(\.payload) == [.trade(trade)])
    }

    @Test(
        "A market that the listing has not is left out",
        arguments: ["", "BTC/USDT", "btcusdt", "BTCUSDTX", String(repeating: "A", count: 500), #"BTC\u0000USDT"#]
    )
    func unlisted(name: String) {
        let decoded = decode(Self.trade("BTCUSDT", name))
        #expect(decoded.message == .ignored)
        #expect(decoded.events.isEmpty && decoded.counts.total == 0)
    }

    static let books: [(changes: [(String, String)], refusal: FrameRefusal?)] = [
        ([], nil),
        ([(#""U":5"#, #""U":8"#)], FrameRefusal(.contradiction)),
        ([(#""u":7,"#, "")], FrameRefusal(.fieldMissing, field: "u")),
        ([(#"["2.5","4"]"#, #"["2.5"]"#)], FrameRefusal(.shapeUnknown, field: "b")),
        ([("2.5", "2,5")], FrameRefusal(.decimalInvalid, field: "b")),
        ([("2.5", "0")], FrameRefusal(.valueOutOfRange, field: "b")),
        ([(#"["2.6","0"]"#, #"["2.6","-1"]"#)], FrameRefusal(.valueOutOfRange, field: "a")),
        ([(#"[["2.6","0"]]"#, "7")], FrameRefusal(.fieldWrongType, field: "a")),
    ]

    @Test("A book message holds numbered changes of positive prices", arguments: books)
    func book(changes: [(String, String)], refusal: FrameRefusal?) throws {
        let frame =
            #"{"e":"depthUpdate","E":1723161255208,"s":"AUSDT","U":5,"u":7,"b":[["2.5","4"]],"a":[["2.6","0"]]}"#
        let decoded = decode(changes.reduce(frame) { $0.replacingOccurrences(of: $1.0, with: $1.1) })
        #expect(decoded.refusal == refusal)
        guard refusal == nil else { return }
        let book = BookFrame(
            market: 1,
            symbol: try #require(Symbol("AUSDT")),
            kind: .changes,
            first: 5,
            last: 7,
            exchangeTime: MarketTime(milliseconds: 1_723_161_255_208),
            bids: [BookLevel(price: try #require(Price("2.5")), quantity: try #require(Quantity("4")))],
            asks: [BookLevel(price: try #require(Price("2.6")), quantity: .zero)]
        )
        #expect(decoded.message == .book(book))
    }

    @Test("A bad row of the all-market array is counted and the others are kept")
    func badRow() {
        let good =
            #"{"e":"24hrMiniTicker","E":1790435739015,"s":"AUSDT","c":"2","o":"1","h":"3","l":"1","v":"5","q":"9"}"#
        let bad = good.replacingOccurrences(of: #""c":"2""#, with: #""c":"""#)
        let contradiction = good.replacingOccurrences(of: #""l":"1""#, with: #""l":"4""#)
        for frame in [
            "[\(good),\(bad),7,\(contradiction),\(good)]",
            #"{"data":["# + "\(good),\(bad),7,\(contradiction),\(good)]}",
        ] {
            let decoded = decode(frame)
            #expect(decoded.message == .market(.tickers))
            #expect(decoded.events.count == 2)
            #expect(decoded.counts[.decimalInvalid] == 1)
            #expect(decoded.counts[.shapeUnknown] == 1)
            #expect(decoded.counts[.contradiction] == 1)
        }
    }

    static let quotes: [(bid: String, ask: String, events: Int, refusal: FrameRefusal?)] = [
        ("1.5", "1.6", 1, nil),
        ("1.5", "1.5", 1, nil),
        ("1.6", "1.5", 0, FrameRefusal(.contradiction)),
        ("0.00000000", "1.5", 0, nil),
        ("1.5", "0.00000000", 0, nil),
        ("-1", "1.5", 0, FrameRefusal(.valueOutOfRange, field: "b")),
    ]

    @Test("A quote has two sides and they do not cross", arguments: quotes)
    func quote(bid: String, ask: String, events: Int, refusal: FrameRefusal?) {
        let decoded = decode(#"{"u":1,"s":"BTCUSDT","b":"\#(bid)","B":"1","a":"\#(ask)","A":"2"}"#)
        #expect(decoded.events.count == events)
        #expect(decoded.refusal == refusal)
    }

    static func kline(_ changes: [(String, String)]) -> String {
        let frame =
            #"{"e":"kline","E":1653818762502,"s":"BTCUSDT","k":{"t":1653818760000,"T":1653818819999,"s":"BTCUSDT","#
            + #""i":"1m","o":"2","c":"3","h":"4","l":"1","v":"0","n":0,"x":true,"q":"0"}}"#
        return changes.reduce(frame) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }

    static let candles: [(changes: [(String, String)], refusal: FrameRefusal?)] = [
        ([], nil),
        ([(#""i":"1m""#, #""i":"1d""#), ("1653818760000", "1653782400000")], nil),
        ([(#""i":"1m""#, #""i":"3m""#)], FrameRefusal(.intervalUnknown, field: "i")),
        ([("1653818760000", "1653818760001")], FrameRefusal(.valueOutOfRange)),
        ([(#""h":"4""#, #""h":"2.5""#)], FrameRefusal(.contradiction)),
        ([(#""l":"1""#, #""l":"2.5""#)], FrameRefusal(.contradiction)),
        ([(#""n":0"#, #""n":-1"#)], FrameRefusal(.contradiction)),
        ([(#""v":"0""#, #""v":"-1""#)], FrameRefusal(.valueOutOfRange, field: "v")),
        ([(#""o":"2""#, #""o":"0""#)], FrameRefusal(.valueOutOfRange, field: "o")),
        ([(#""k":"#, #""K":"#)], FrameRefusal(.fieldMissing, field: "k")),
        ([(#""x":true"#, #""y":true"#)], FrameRefusal(.fieldMissing, field: "x")),
    ]

    @Test("A candle must start on its interval and hold its prices", arguments: candles)
    func candle(changes: [(String, String)], refusal: FrameRefusal?) {
        let decoded = decode(Self.kline(changes))
        #expect(decoded.refusal == refusal)
        #expect(decoded.events.count == (refusal == nil ? 1 : 0))
    }

    static let notices: [(frame: String, message: VenueMessage)] = [
        (#"{"e":"serverShutdown","E":1770123456789}"#, .closing),
        (#"{"stream":"!miniTicker@arr","data":{"e":"serverShutdown","E":1770123456789}}"#, .closing),
        (#"{"event":{"e":"serverShutdown","E":1770123456789}}"#, .closing),
        (#"{"result":["btcusdt@trade"],"id":3}"#, .acknowledged(.id(3))),
        (
            #"{"code":2,"msg":"Invalid request","id":9}"#,
            .refused(VenueRefusal(.id(9), code: 2, text: "Invalid request"))
        ),
        (#"{"error":{"code":3,"msg":"Invalid JSON"}}"#, .refused(VenueRefusal(.oldest, code: 3, text: "Invalid JSON"))),
    ]

    @Test("Notices and replies are told from market data", arguments: notices)
    func notice(frame: String, message: VenueMessage) {
        let decoded = decode(frame)
        #expect(decoded.message == message)
        #expect(decoded.events.isEmpty)
    }
}
