import Foundation
import Markets
import Testing
import Venues

@Suite("OKX decoder")
struct OKXDecoderTests {
    static let trade =
        #"{"arg":{"channel":"trades","instId":"BTC-USDT-SWAP"},"data":[{"instId":"BTC-USDT-SWAP","tradeId":"7","#
        + #""px":"2.5","sz":"400","side":"sell","ts":"1790358565298","count":"1"}]}"#

    /// A frame with one piece of its text replaced.
    static func trade(_ piece: String, _ replacement: String) -> String {
        trade.replacingOccurrences(of: piece, with: replacement)
    }

    static let refusals: [(frame: String, refusal: FrameRefusal)] = [
        ("", FrameRefusal(.malformed)),
        ("{", FrameRefusal(.malformed)),
        ("ping", FrameRefusal(.malformed)),
        ("pong ", FrameRefusal(.malformed)),
        (String(trade.dropLast(2)), FrameRefusal(.malformed)),
        (trade + "x", FrameRefusal(.malformed)),
        (String(repeating: "[", count: 9) + String(repeating: "]", count: 9), FrameRefusal(.tooDeep)),
        (String(repeating: " ", count: 1 << 20) + "1", FrameRefusal(.tooLarge)),
        ("1", FrameRefusal(.shapeUnknown)),
        ("[]", FrameRefusal(.shapeUnknown)),
        ("{}", FrameRefusal(.shapeUnknown)),
        (#"{"arg":"trades","data":[]}"#, FrameRefusal(.shapeUnknown)),
        (trade(#""channel":"trades""#, #""channel":"sprd-trades""#), FrameRefusal(.eventUnknown, field: "channel")),
        (trade(#""channel":"trades""#, #""channel":"candle1D""#), FrameRefusal(.intervalUnknown, field: "channel")),
        (trade(#""channel":"trades""#, #""channel":5"#), FrameRefusal(.fieldWrongType, field: "channel")),
        (trade(#""channel":"trades","#, ""), FrameRefusal(.fieldMissing, field: "channel")),
        (trade(#","instId":"BTC-USDT-SWAP"}"#, "}"), FrameRefusal(.fieldMissing, field: "instId")),
        (trade(#""data":["#, #""date":["#), FrameRefusal(.shapeUnknown, field: "data")),
        (
            trade(#"[{"instId":"BTC-USDT-SWAP""#, #"[{"instId":"BTC-USDT""#),
            FrameRefusal(.contradiction, field: "instId")
        ),
        (trade(#""sell""#, #""short""#), FrameRefusal(.valueOutOfRange, field: "side")),
        (trade(#""side":"sell","#, ""), FrameRefusal(.fieldMissing, field: "side")),
        (trade(#""sell""#, "1"), FrameRefusal(.fieldWrongType, field: "side")),
        (trade(#""2.5""#, "2.5"), FrameRefusal(.fieldWrongType, field: "px")),
        (trade("2.5", "NaN"), FrameRefusal(.decimalInvalid, field: "px")),
        (trade("2.5", "Infinity"), FrameRefusal(.decimalInvalid, field: "px")),
        (trade("2.5", "2.5e3"), FrameRefusal(.decimalInvalid, field: "px")),
        (trade("2.5", String(repeating: "9", count: 500)), FrameRefusal(.decimalInvalid, field: "px")),
        (trade("2.5", "0"), FrameRefusal(.valueOutOfRange, field: "px")),
        (trade("400", "0"), FrameRefusal(.valueOutOfRange, field: "sz")),
        (trade("400", "-1"), FrameRefusal(.valueOutOfRange, field: "sz")),
        (trade("400", "0.000000000000000001"), FrameRefusal(.valueOutOfRange, field: "sz")),
        (trade(#""7""#, "7"), FrameRefusal(.fieldWrongType, field: "tradeId")),
        (trade(#""7""#, #""seven""#), FrameRefusal(.fieldWrongType, field: "tradeId")),
        (trade(#""7""#, #""9223372036854775808""#), FrameRefusal(.fieldWrongType, field: "tradeId")),
        (trade(#""1790358565298""#, "1790358565298"), FrameRefusal(.fieldWrongType, field: "ts")),
        (trade("1790358565298", "5"), FrameRefusal(.valueOutOfRange, field: "ts")),
        (trade("1790358565298", ""), FrameRefusal(.fieldWrongType, field: "ts")),
    ]

    @Test("Odd and hostile frames are refused by name, counted, and leave no event", arguments: refusals)
    func refused(frame: String, refusal: FrameRefusal) {
        let decoded = OKXBench.dialect().decoded(frame)
        #expect(decoded.refusal == refusal)
        #expect(decoded.events.isEmpty)
        #expect(decoded.counts[refusal.reason] == 1)
        #expect(decoded.counts.total == 1)
    }

    @Test("Bytes that are not UTF-8 are refused")
    func notUTF8() {
        var frame = Array(Self.trade.utf8)
        frame[frame.count - 30] = 0xFF
        #expect(OKXBench.dialect().decoded(frame).refusal == FrameRefusal(.malformed))
    }

    static let tolerated: [String] = [
        trade,
        trade(#""count":"1""#, #""count":"1","seqId":9,"x":{"y":[null]}"#),
        trade(#","count":"1""#, ""),
        trade(#"[{"instId":"BTC-USDT-SWAP","#, "[{"),
        trade("{", "\n { \t"),
        trade(#""channel":"trades""#, #""channel":"trades-all""#),
        trade("400", "400.0"),
    ]

    @Test("Unknown fields, blanks and absent optional fields change nothing", arguments: tolerated)
    func accepted(frame: String) throws {
        let decoded = OKXBench.dialect().decoded(frame)
        #expect(decoded.message == .market(.trades))
        #expect(decoded.payloads == [try Expected.trade("BTCUSDT-PERP", 7, "2.5", "4", .sell)])
        #expect(decoded.times == [1_790_358_565_298])
    }

    @Test("A bad row is counted and the others are kept, and an unknown market is left out")
    func rows() throws {
        let row = #"{"tradeId":"7","px":"2.5","sz":"400","side":"sell","ts":"1790358565298"}"#
        let bad = row.replacingOccurrences(of: "2.5", with: "")
        let frame = Self.trade.prefix { $0 != "[" } + "[\(bad),\(row),7,\(row)]}"
        let decoded = OKXBench.dialect().decoded(String(frame))
        let trade = try Expected.trade("BTCUSDT-PERP", 7, "2.5", "4", .sell)
        #expect(decoded.payloads == [trade, trade])
        #expect(decoded.counts[.decimalInvalid] == 1 && decoded.counts.total == 2)
        let unknown = OKXBench.dialect().decoded(Self.trade("BTC-USDT-SWAP", "BTC-USD-SWAP"))
        #expect(unknown.message == .ignored && unknown.events.isEmpty && unknown.counts.total == 0)
    }

    static func ticker(_ changes: [(String, String)]) -> String {
        let frame =
            #"{"arg":{"channel":"tickers","instId":"BTC-USDT-SWAP"},"data":[{"instType":"SWAP","#
            + #""instId":"BTC-USDT-SWAP","last":"100","lastSz":"2","askPx":"101","askSz":"12","bidPx":"99","#
            + #""bidSz":"431","open24h":"90","high24h":"110","low24h":"80","volCcy24h":"5","vol24h":"500","#
            + #""ts":"1654166233877"}]}"#
        return changes.reduce(frame) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }

    static let tickerFigures: [(changes: [(String, String)], events: Int, refusal: FrameRefusal?)] = [
        ([], 2, nil),
        ([(#""last":"100""#, #""last":"""#)], 1, nil),
        ([(#""last":"100""#, #""last":"0""#)], 1, nil),
        ([(#""bidPx":"99""#, #""bidPx":"""#)], 1, nil),
        ([(#""bidPx":"99""#, #""bidPx":"0""#)], 1, nil),
        ([(#""bidPx":"99""#, #""bidPx":"102""#)], 0, FrameRefusal(.contradiction)),
        ([(#""low24h":"80""#, #""low24h":"120""#)], 0, FrameRefusal(.contradiction)),
        ([(#""open24h":"90""#, #""open24h":"""#)], 0, FrameRefusal(.decimalInvalid, field: "open24h")),
        (
            [(#""volCcy24h":"5""#, #""volCcy24h":"99999999999999999999""#)], 0,
            FrameRefusal(.valueOutOfRange, field: "volCcy24h")
        ),
        ([(#""volCcy24h":"5","#, "")], 0, FrameRefusal(.fieldMissing, field: "volCcy24h")),
    ]

    @Test("Empty and impossible figures of a ticker", arguments: tickerFigures)
    func figures(changes: [(String, String)], events: Int, refusal: FrameRefusal?) {
        let decoded = OKXBench.dialect().decoded(Self.ticker(changes))
        #expect(decoded.refusal == refusal)
        #expect(decoded.events.count == events)
    }

    static func candle(_ row: String, _ instrument: String = "BTC-USDT-SWAP", channel: String = "candle1m") -> String {
        #"{"arg":{"channel":"\#(channel)","instId":"\#(instrument)"},"data":[[\#(row)]]}"#
    }

    static let closed = #""1654154580000","2","4","1","3","500","5","15","1""#

    @Test("A swap's candle is in base from the second volume, spot's from the first; the flag closes it")
    func candles() throws {
        let swap = try Expected.candle(
            "BTCUSDT-PERP",
            at: 1_654_154_580_000,
            (open: "2", high: "4", low: "1", close: "3"),
            base: "5",
            quote: "15",
            isClosed: true
        )
        let decoded = OKXBench.dialect(.business).decoded(Self.candle(Self.closed))
        #expect(decoded.message == .market(.candles))
        #expect(decoded.payloads == [.candle(swap)])
        #expect(decoded.times == [nil])
        let spot = try Expected.candle(
            "BTCUSDT",
            at: 1_654_154_580_000,
            (open: "2", high: "4", low: "1", close: "3"),
            base: "5",
            quote: "15",
            isClosed: false
        )
        let row = #""1654154580000","2","4","1","3","5","15","15","0""#
        #expect(OKXBench.dialect(.business).decoded(Self.candle(row, "BTC-USDT")).payloads == [.candle(spot)])
    }

    static let candleRefusals: [(row: String, channel: String, refusal: FrameRefusal)] = [
        (closed, "candle1H", FrameRefusal(.valueOutOfRange)),
        (closed, "candle1D", FrameRefusal(.intervalUnknown, field: "channel")),
        (closed, "candle3m", FrameRefusal(.intervalUnknown, field: "channel")),
        (closed.replacingOccurrences(of: #""4""#, with: #""2.5""#), "candle1m", FrameRefusal(.contradiction)),
        (
            closed.replacingOccurrences(of: #""1654154580000""#, with: "1654154580000"), "candle1m",
            FrameRefusal(.fieldWrongType, field: "0")
        ),
        (
            closed.replacingOccurrences(of: #""15","1""#, with: #""15","2""#), "candle1m",
            FrameRefusal(.valueOutOfRange, field: "8")
        ),
        (
            closed.replacingOccurrences(of: #""15","1""#, with: #""15",true"#), "candle1m",
            FrameRefusal(.fieldWrongType, field: "8")
        ),
        (closed.replacingOccurrences(of: #","1""#, with: ""), "candle1m", FrameRefusal(.fieldMissing, field: "8")),
    ]

    @Test(
        "A candle must start on its interval, hold its prices and say whether it is closed",
        arguments: candleRefusals
    )
    func candleRefused(row: String, channel: String, refusal: FrameRefusal) {
        let decoded = OKXBench.dialect(.business).decoded(Self.candle(row, channel: channel))
        #expect(decoded.refusal == refusal)
        #expect(decoded.events.isEmpty)
    }

    @Test("A UTC day is a candle of its own channel")
    func day() {
        let row = Self.closed.replacingOccurrences(of: "1654154580000", with: "1654128000000")
        let decoded = OKXBench.dialect(.business).decoded(Self.candle(row, channel: "candle1Dutc"))
        #expect(decoded.events.count == 1 && decoded.refusal == nil)
    }

    static func book(_ action: String, _ numbers: String, asks: String = #"["0.6","100","0","1"]"#) -> String {
        #"{"arg":{"channel":"books","instId":"BTC-USDT-SWAP"},"action":"\#(action)","data":[{"asks":[\#(asks)],"#
            + #""bids":[["0.5","300","0","1"],["0.4","0","0","0"]],"ts":"1640131236035","checksum":0\#(numbers)}]}"#
    }

    @Test("A book frame is read with its numbers; those of a snapshot have no past")
    func books() throws {
        let dialect = OKXBench.dialect()
        let snapshot = try #require(dialect.decoded(Self.book("snapshot", #","prevSeqId":-1,"seqId":9"#)).book)
        #expect(snapshot.kind == .snapshot && snapshot.last == 9 && snapshot.previous == nil)
        #expect(snapshot.bids == (try Expected.levels([("0.5", "3"), ("0.4", "0")])))
        let changes = try #require(dialect.decoded(Self.book("update", #","prevSeqId":9,"seqId":12"#)).book)
        #expect(changes.kind == .changes && changes.first == 12 && changes.last == 12 && changes.previous == 9)
        let idle = try #require(dialect.decoded(Self.book("update", #","prevSeqId":12,"seqId":12"#, asks: "")).book)
        #expect(idle.last == 12 && idle.previous == 12 && idle.asks.isEmpty)
    }

    static let bookRefusals: [(frame: String, refusal: FrameRefusal)] = [
        (book("partial", ""), FrameRefusal(.eventUnknown, field: "action")),
        (
            book("update", "").replacingOccurrences(of: #""action":"update","#, with: ""),
            FrameRefusal(.fieldMissing, field: "action")
        ),
        (book("update", #","seqId":9"#), FrameRefusal(.fieldMissing, field: "prevSeqId")),
        (book("update", #","prevSeqId":8"#), FrameRefusal(.fieldMissing, field: "seqId")),
        (book("update", #","prevSeqId":8,"seqId":"9""#), FrameRefusal(.fieldWrongType, field: "seqId")),
        (book("update", #","prevSeqId":8,"seqId":9"#, asks: "5"), FrameRefusal(.shapeUnknown, field: "asks")),
        (book("update", #","prevSeqId":8,"seqId":9"#, asks: #"["0.6"]"#), FrameRefusal(.shapeUnknown, field: "asks")),
        (
            book("update", #","prevSeqId":8,"seqId":9"#, asks: #"["0.6","-1"]"#),
            FrameRefusal(.valueOutOfRange, field: "asks")
        ),
        (
            book("update", "").replacingOccurrences(of: #""data":[{"#, with: #""data":[],"more":[{"#),
            FrameRefusal(.shapeUnknown, field: "data")
        ),
    ]

    @Test("A book frame without its numbers or with broken levels is refused", arguments: bookRefusals)
    func bookRefused(frame: String, refusal: FrameRefusal) {
        let decoded = OKXBench.dialect().decoded(frame)
        #expect(decoded.refusal == refusal)
        #expect(decoded.book == nil)
    }

    static func liquidation(_ details: String, _ instrument: String = "BTC-USDT-SWAP") -> String {
        #"{"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[{"details":[\#(details)],"#
            + #""instFamily":"BTC-USDT","instId":"\#(instrument)","instType":"SWAP"}]}"#
    }

    static let detail = #"{"bkPx":"2","posSide":"net","side":"buy","sz":"300","ts":"1791565600771"}"#

    @Test("A holder of one-way positions is judged by the order, and inverse swaps are left out")
    func liquidations() throws {
        let short = try Expected.liquidation("BTCUSDT-PERP", .short, "2", "3")
        let dialect = OKXBench.dialect()
        #expect(dialect.decoded(Self.liquidation(Self.detail + "," + Self.detail)).payloads == [short, short])
        let bare = Self.detail.replacingOccurrences(of: #""posSide":"net","#, with: "")
        #expect(dialect.decoded(Self.liquidation(bare)).payloads == [short])
        let inverse = dialect.decoded(Self.liquidation(Self.detail, "BTC-USD-SWAP"))
        #expect(inverse.message == .market(.liquidations) && inverse.events.isEmpty && inverse.counts.total == 0)
        let bad = Self.detail.replacingOccurrences(of: #""sz":"300""#, with: #""sz":"0""#)
        let refused = dialect.decoded(Self.liquidation(Self.detail + "," + bad))
        #expect(refused.refusal == FrameRefusal(.valueOutOfRange, field: "sz") && refused.events.isEmpty)
    }

    @Test("Open interest is in base where that is told, and counted from contracts where not")
    func openInterest() throws {
        let row = #"{"instId":"BTC-USDT-SWAP","instType":"SWAP","oi":"500","oiCcy":"7","ts":"1640131258756"}"#
        let frame = #"{"arg":{"channel":"open-interest","instId":"BTC-USDT-SWAP"},"data":[\#(row)]}"#
        let dialect = OKXBench.dialect()
        #expect(dialect.decoded(frame).payloads == [try Expected.openInterest("BTCUSDT-PERP", "7")])
        let bare = frame.replacingOccurrences(of: #""oiCcy":"7","#, with: "")
        #expect(dialect.decoded(bare).payloads == [try Expected.openInterest("BTCUSDT-PERP", "5")])
        #expect(dialect.decoded(bare).message == .market(.openInterest))
    }

    static let replies: [(frame: String, message: VenueMessage)] = [
        ("pong", .pong),
        (
            #"{"event":"unsubscribe","arg":{"channel":"liquidation-orders","instType":"SWAP"},"connId":"z"}"#,
            .acknowledged(.stream("liquidation-orders:SWAP"))
        ),
        (
            #"{"event":"error","code":"60012","msg":"Invalid request: {\"op\": \"subscribe\"}","connId":"z"}"#,
            .refused(VenueRefusal(.oldest, code: 60012, text: #"Invalid request: {"op": "subscribe"}"#))
        ),
        (
            #"{"event":"error","code":"60018","msg":"channel:liquidation-orders,instType:SPOT doesn't exist"}"#,
            .refused(
                VenueRefusal(
                    .stream("liquidation-orders:SPOT"),
                    code: 60018,
                    text: "channel:liquidation-orders,instType:SPOT doesn't exist"
                )
            )
        ),
        (
            #"{"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade. "#
                + #"Please reconnect.","connId":"a4d3ae55"}"#, .closing
        ),
        (#"{"event":"notice","code":"64009","msg":"Something else"}"#, .ignored),
        (#"{"event":"channel-conn-count","channel":"orders","connCount":"2","connId":"z"}"#, .ignored),
    ]

    @Test("Replies and notices are told from market data", arguments: replies)
    func reply(frame: String, message: VenueMessage) {
        let decoded = OKXBench.dialect().decoded(frame)
        #expect(decoded.message == message)
        #expect(decoded.events.isEmpty)
    }

    static let replyRefusals: [(frame: String, refusal: FrameRefusal)] = [
        (#"{"event":"login","code":"0"}"#, FrameRefusal(.eventUnknown, field: "event")),
        (#"{"event":5}"#, FrameRefusal(.shapeUnknown)),
        (#"{"event":"subscribe"}"#, FrameRefusal(.fieldMissing, field: "channel")),
        (#"{"event":"subscribe","arg":{"channel":"tickers"}}"#, FrameRefusal(.fieldMissing, field: "instType")),
        (#"{"event":"error","code":60012,"msg":"x"}"#, FrameRefusal(.fieldWrongType, field: "code")),
        (#"{"event":"error","code":"60012"}"#, FrameRefusal(.fieldMissing, field: "msg")),
    ]

    @Test("A reply of another shape is refused", arguments: replyRefusals)
    func replyRefused(frame: String, refusal: FrameRefusal) {
        #expect(OKXBench.dialect().decoded(frame).refusal == refusal)
    }

    @Test("What a followed market takes on each socket, and how it is asked for")
    func requests() throws {
        let (open, business) = (OKXBench.dialect(), OKXBench.dialect(.business))
        let spot = try #require(OKXBench.instrument("BTCUSDT", "BTC-USDT"))
        let swap = try #require(OKXBench.instrument("BTCUSDT-PERP", "BTC-USDT-SWAP", contract: "0.01"))
        #expect(
            open.streams(of: spot, withBook: true).map(\.name) == [
                "tickers:BTC-USDT", "trades:BTC-USDT", "books:BTC-USDT",
            ]
        )
        #expect(
            open.streams(of: swap, withBook: false).map(\.name) == [
                "tickers:BTC-USDT-SWAP", "trades:BTC-USDT-SWAP", "open-interest:BTC-USDT-SWAP",
                "funding-rate:BTC-USDT-SWAP", "mark-price:BTC-USDT-SWAP", "index-tickers:BTC-USDT",
            ]
        )
        #expect(business.streams(of: swap, withBook: true).map(\.name) == ["candle1m:BTC-USDT-SWAP"])
        #expect(open.sharedStreams.map(\.name) == ["liquidation-orders:SWAP"] && business.sharedStreams.isEmpty)
        #expect(open.url == "ws://127.0.0.1:1/ws/v5/public" && business.url == "ws://127.0.0.1:1/ws/v5/business")
        #expect(open.bookRule == .okx && business.bookRule == nil)
        #expect(
            open.subscription(id: 3, streams: ["tickers:BTC-USDT", "liquidation-orders:SWAP"])
                == #"{"op":"subscribe","args":[{"channel":"tickers","instId":"BTC-USDT"},"#
                + #"{"channel":"liquidation-orders","instType":"SWAP"}]}"#
        )
        #expect(
            open.unsubscription(id: 4, streams: ["books:BTC-USDT"])
                == #"{"op":"unsubscribe","args":[{"channel":"books","instId":"BTC-USDT"}]}"#
        )
        #expect(open.market(of: swap)?.contractSize == Quantity("0.01"))
        #expect(open.market(of: try #require(BybitBench.instrument("BTCUSDT", "BTC-USDT"))) == nil)
    }
}
