import Foundation
import Markets
import Testing
import Venues

@Suite("Bybit decoder")
struct BybitDecoderTests {
    static let trade =
        #"{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1680688979985,"data":[{"T":1680688979983,"s":"BTCUSDT","#
        + #""S":"Sell","v":"4","p":"2.5","i":"7","BT":false}]}"#

    /// A frame with one piece of its text replaced.
    static func trade(_ piece: String, _ replacement: String) -> String {
        trade.replacingOccurrences(of: piece, with: replacement)
    }

    static let refusals: [(frame: String, refusal: FrameRefusal)] = [
        ("", FrameRefusal(.malformed)),
        ("{", FrameRefusal(.malformed)),
        ("pong", FrameRefusal(.malformed)),
        (String(trade.dropLast(2)), FrameRefusal(.malformed)),
        (trade + "x", FrameRefusal(.malformed)),
        (trade("BTCUSDT", "BTC\u{0}USDT"), FrameRefusal(.malformed)),
        (String(repeating: "[", count: 9) + String(repeating: "]", count: 9), FrameRefusal(.tooDeep)),
        (String(repeating: " ", count: 1 << 20) + "1", FrameRefusal(.tooLarge)),
        ("1", FrameRefusal(.shapeUnknown)),
        ("[]", FrameRefusal(.shapeUnknown)),
        ("{}", FrameRefusal(.shapeUnknown)),
        (trade("publicTrade.BTCUSDT", "insurance.BTC"), FrameRefusal(.eventUnknown, field: "topic")),
        (trade("publicTrade.BTCUSDT", "publictrade.BTCUSDT"), FrameRefusal(.eventUnknown, field: "topic")),
        (trade("publicTrade.BTCUSDT", "orderbook.rpi.BTCUSDT"), FrameRefusal(.eventUnknown, field: "topic")),
        (trade("publicTrade.BTCUSDT", "kline.3.BTCUSDT"), FrameRefusal(.intervalUnknown, field: "topic")),
        (trade(#""publicTrade.BTCUSDT""#, "5"), FrameRefusal(.fieldWrongType, field: "topic")),
        (trade(#""type":"snapshot","#, ""), FrameRefusal(.fieldMissing, field: "type")),
        (trade(#""type":"snapshot""#, #""type":"whole""#), FrameRefusal(.eventUnknown, field: "type")),
        (trade(#""ts":1680688979985,"#, ""), FrameRefusal(.fieldMissing, field: "ts")),
        (trade("1680688979985", "5"), FrameRefusal(.valueOutOfRange, field: "ts")),
        (trade(#""data":["#, #""date":["#), FrameRefusal(.shapeUnknown, field: "data")),
        (trade(#""s":"BTCUSDT""#, #""s":"ETHUSDT""#), FrameRefusal(.contradiction, field: "s")),
        (trade(#""s":"BTCUSDT""#, #""s":5"#), FrameRefusal(.fieldWrongType, field: "s")),
        (trade("Sell", "Short"), FrameRefusal(.valueOutOfRange, field: "S")),
        (trade(#""S":"Sell","#, ""), FrameRefusal(.fieldMissing, field: "S")),
        (trade(#""2.5""#, "2.5"), FrameRefusal(.fieldWrongType, field: "p")),
        (trade("2.5", "NaN"), FrameRefusal(.decimalInvalid, field: "p")),
        (trade("2.5", "2.5e3"), FrameRefusal(.decimalInvalid, field: "p")),
        (trade("2.5", String(repeating: "9", count: 500)), FrameRefusal(.decimalInvalid, field: "p")),
        (trade("2.5", "0"), FrameRefusal(.valueOutOfRange, field: "p")),
        (trade("2.5", "-2.5"), FrameRefusal(.valueOutOfRange, field: "p")),
        (trade(#""v":"4""#, #""v":"0""#), FrameRefusal(.valueOutOfRange, field: "v")),
        (trade(#""v":"4""#, #""v":null"#), FrameRefusal(.fieldWrongType, field: "v")),
        (trade(#""i":"7","#, ""), FrameRefusal(.fieldMissing, field: "i")),
        (trade("1680688979983", "-1680688979983"), FrameRefusal(.valueOutOfRange, field: "T")),
        (trade("1680688979983", "18446744073709551615"), FrameRefusal(.fieldWrongType, field: "T")),
        (trade("1680688979983", "1e400"), FrameRefusal(.malformed)),
    ]

    @Test("Odd and hostile frames are refused by name, counted, and leave no event", arguments: refusals)
    func refused(frame: String, refusal: FrameRefusal) {
        let decoded = BybitBench.dialect().decoded(frame)
        #expect(decoded.refusal == refusal)
        #expect(decoded.events.isEmpty)
        #expect(decoded.counts[refusal.reason] == 1)
        #expect(decoded.counts.total == 1)
    }

    @Test("Bytes that are not UTF-8 are refused")
    func notUTF8() {
        var frame = Array(Self.trade.utf8)
        frame[frame.count - 30] = 0xFF
        #expect(BybitBench.dialect().decoded(frame).refusal == FrameRefusal(.malformed))
    }

    static let tolerated: [String] = [
        trade,
        trade(#""BT":false"#, #""BT":false,"RPI":true,"seq":9,"x":{"y":[null]}"#),
        trade(#","BT":false"#, ""),
        trade(#""s":"BTCUSDT","#, ""),
        trade("{", "\n { \t"),
        trade("2.5", "2.50000000000000000000"),
        trade(#""ts":1680688979985"#, #""ts":1680688979985,"cts":1,"id":"z""#),
    ]

    @Test("Unknown fields, blanks and absent optional fields change nothing", arguments: tolerated)
    func accepted(frame: String) throws {
        let decoded = BybitBench.dialect().decoded(frame)
        #expect(decoded.message == .market(.trades))
        #expect(decoded.payloads == [try Expected.trade("BTCUSDT-PERP", 7, "2.5", "4", .sell)])
        #expect(decoded.times == [1_680_688_979_983])
    }

    @Test("A bad row is counted and the others are kept; a block trade makes no price")
    func rows() throws {
        let row = #"{"T":1680688979983,"s":"BTCUSDT","S":"Sell","v":"4","p":"2.5","i":"7"}"#
        let bad = row.replacingOccurrences(of: "2.5", with: "")
        let block = row.replacingOccurrences(of: #""i":"7""#, with: #""i":"8","BT":true"#)
        let frame = Self.trade.prefix { $0 != "[" } + "[\(bad),\(row),7,\(block),\(row)]}"
        let decoded = BybitBench.dialect().decoded(String(frame))
        let trade = try Expected.trade("BTCUSDT-PERP", 7, "2.5", "4", .sell)
        #expect(decoded.payloads == [trade, trade])
        #expect(decoded.counts[.decimalInvalid] == 1 && decoded.counts.total == 2)
    }

    @Test("The same name is another market on each socket, and an unknown one is left out")
    func categories() throws {
        let trade = try Expected.trade("BTCUSDT", 7, "2.5", "4", .sell)
        #expect(BybitBench.dialect(.spot).decoded(Self.trade).payloads == [trade])
        let unknown = BybitBench.dialect().decoded(Self.trade("BTCUSDT", "BTC-26DEC25"))
        #expect(unknown.message == .ignored && unknown.events.isEmpty && unknown.counts.total == 0)
    }

    @Test("Of a bundle of a thousand the price is divided and the quantity multiplied")
    func multiplier() throws {
        let dialect = BybitBench.dialect()
        let frame = Self.trade("BTCUSDT", "1000PEPEUSDT").replacingOccurrences(of: "2.5", with: "0.0123457")
        #expect(
            dialect.decoded(frame).payloads
                == [try Expected.trade("PEPEUSDT-PERP", 7, "0.0000123457", "4000", .sell)]
        )
        let ticker = dialect.decoded(Self.snapshot.replacingOccurrences(of: "BTCUSDT", with: "1000PEPEUSDT"))
        #expect(
            ticker.payloads == [
                try Expected.ticker(
                    "PEPEUSDT-PERP",
                    last: "0.1",
                    open: "0.08",
                    high: "0.11",
                    low: "0.07",
                    base: "50000",
                    quote: "4500"
                ),
                try Expected.quote("PEPEUSDT-PERP", bid: ("0.099", "1000"), ask: ("0.101", "2000")),
                try Expected.openInterest("PEPEUSDT-PERP", "30000"),
                try Expected.funding("PEPEUSDT-PERP", rate: "-0.0002", nextAt: 1_680_681_600_000, mark: "0.1005"),
            ]
        )
    }

    static let snapshot =
        #"{"topic":"tickers.BTCUSDT","type":"snapshot","data":{"symbol":"BTCUSDT","price24hPcnt":"0.25","#
        + #""lastPrice":"100","prevPrice24h":"80","highPrice24h":"110","lowPrice24h":"70","markPrice":"100.5","#
        + #""indexPrice":"","openInterest":"60","singleOpenInterest":"30","turnover24h":"4500","volume24h":"50","#
        + #""nextFundingTime":"1680681600000","fundingRate":"-0.0002","bid1Price":"99","bid1Size":"1","#
        + #""ask1Price":"101","ask1Size":"2"},"cs":1,"ts":1680673821770}"#

    static func delta(_ fields: String) -> String {
        #"{"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT",\#(fields)},"cs":2,"ts":1680673821870}"#
    }

    @Test("A delta changes what it holds, and only the groups that it touches are told again")
    func deltas() throws {
        let dialect = BybitBench.dialect()
        #expect(dialect.decoded(Self.snapshot).payloads.count == 4)
        let quote = try Expected.quote("BTCUSDT-PERP", bid: ("100", "1"), ask: ("101", "2"))
        #expect(dialect.decoded(Self.delta(#""bid1Price":"100""#)).payloads == [quote])
        let ticker = try Expected.ticker(
            "BTCUSDT-PERP",
            last: "102",
            open: "80",
            high: "110",
            low: "70",
            base: "51",
            quote: "4500"
        )
        let last = dialect.decoded(Self.delta(#""lastPrice":"102","volume24h":"51""#))
        #expect(last.payloads == [ticker])
        #expect(last.times == [1_680_673_821_870])
        let mark = try Expected.funding("BTCUSDT-PERP", rate: "-0.0002", nextAt: 1_680_681_600_000, mark: "99")
        #expect(dialect.decoded(Self.delta(#""markPrice":"99""#)).payloads == [mark])
        let interest = try Expected.openInterest("BTCUSDT-PERP", "31")
        #expect(dialect.decoded(Self.delta(#""openInterest":"62","singleOpenInterest":"31""#)).payloads == [interest])
        #expect(dialect.decoded(Self.delta(#""price24hPcnt":"0.27""#)).payloads.isEmpty)
    }

    @Test("A refused delta leaves the figures as they were, and a snapshot forgets them all")
    func refusedDelta() throws {
        let dialect = BybitBench.dialect()
        _ = dialect.decoded(Self.snapshot)
        let refused = dialect.decoded(Self.delta(#""bid1Price":"98","ask1Price":"x""#))
        #expect(refused.refusal == FrameRefusal(.decimalInvalid, field: "ask1Price"))
        let quote = try Expected.quote("BTCUSDT-PERP", bid: ("99", "1"), ask: ("101", "3"))
        #expect(dialect.decoded(Self.delta(#""ask1Size":"3""#)).payloads == [quote])
        let bare = Self.delta(#""bid1Price":"99""#).replacingOccurrences(of: "delta", with: "snapshot")
        #expect(dialect.decoded(bare).payloads.isEmpty)
        #expect(dialect.decoded(Self.delta(#""lastPrice":"102""#)).payloads.isEmpty)
    }

    @Test("Deltas before their snapshot are left out")
    func earlyDelta() {
        let decoded = BybitBench.dialect().decoded(Self.delta(#""lastPrice":"102""#))
        #expect(decoded.message == .market(.tickers) && decoded.events.isEmpty && decoded.counts.total == 0)
    }

    static let tickerFigures: [(fields: String, events: Int, refusal: FrameRefusal?)] = [
        (#""lastPrice":"0""#, 0, nil),
        (#""bid1Price":"""#, 0, nil),
        (#""bid1Price":"0""#, 0, nil),
        (#""bid1Price":"101.5""#, 0, nil),
        (#""lowPrice24h":"111""#, 0, FrameRefusal(.contradiction)),
        (#""lastPrice":"-1""#, 0, FrameRefusal(.valueOutOfRange, field: "lastPrice")),
        (#""nextFundingTime":"soon""#, 0, FrameRefusal(.fieldWrongType, field: "nextFundingTime")),
        (#""nextFundingTime":"0""#, 0, nil),
        (#""fundingRate":"""#, 0, nil),
        (#""fundingRate":"-0.5","openInterest":null"#, 1, nil),
        (#""markPrice":100"#, 0, FrameRefusal(.fieldWrongType, field: "markPrice")),
    ]

    @Test("Empty and impossible figures of a ticker", arguments: tickerFigures)
    func figures(fields: String, events: Int, refusal: FrameRefusal?) {
        let dialect = BybitBench.dialect()
        _ = dialect.decoded(Self.snapshot)
        let decoded = dialect.decoded(Self.delta(fields))
        #expect(decoded.refusal == refusal)
        #expect(decoded.events.count == events)
    }

    @Test("A spot ticker has neither a quote nor anything of contracts")
    func spotTicker() throws {
        let frame =
            #"{"topic":"tickers.BTCUSDT","ts":1672305380595,"type":"snapshot","cs":496622841,"data":{"#
            + #""symbol":"BTCUSDT","lastPrice":"16363.78","highPrice24h":"16566.64","lowPrice24h":"16009.19","#
            + #""prevPrice24h":"16443.66","volume24h":"5865.470182","turnover24h":"95949815.680875","#
            + #""price24hPcnt":"-0.0049","usdIndexPrice":"16400","indexPrice":"16401"}}"#
        #expect(
            BybitBench.dialect(.spot).decoded(frame).payloads == [
                try Expected.ticker(
                    "BTCUSDT",
                    last: "16363.78",
                    open: "16443.66",
                    high: "16566.64",
                    low: "16009.19",
                    base: "5865.470182",
                    quote: "95949815.680875"
                )
            ]
        )
    }

    @Test("A book frame is read with its numbers, and the number one is a new beginning")
    func books() throws {
        let frame =
            #"{"topic":"orderbook.50.1000PEPEUSDT","type":"delta","ts":1680673821651,"data":{"s":"1000PEPEUSDT","#
            + #""b":[["0.5","3"],["0.4","0"]],"a":[],"u":7,"seq":9}}"#
        let book = try #require(BybitBench.dialect().decoded(frame).book)
        #expect(book.kind == .changes && book.first == 7 && book.last == 7 && book.previous == nil)
        #expect(book.bids == (try Expected.levels([("0.0005", "3000"), ("0.0004", "0")])) && book.asks.isEmpty)
        let restart = frame.replacingOccurrences(of: #""u":7"#, with: #""u":1"#)
        #expect(BybitBench.dialect().decoded(restart).book?.kind == .snapshot)
        for (piece, replacement, refusal) in [
            (#""u":7"#, #""u":0"#, FrameRefusal(.valueOutOfRange, field: "u")),
            (#""u":7,"#, "", FrameRefusal(.fieldMissing, field: "u")),
            (#"["0.5","3"]"#, #"["0.5"]"#, FrameRefusal(.shapeUnknown, field: "b")),
            (#""0.5""#, #""0""#, FrameRefusal(.valueOutOfRange, field: "b")),
            (#""a":[]"#, #""a":"none""#, FrameRefusal(.fieldWrongType, field: "a")),
        ] {
            let hostile = frame.replacingOccurrences(of: piece, with: replacement)
            #expect(BybitBench.dialect().decoded(hostile).refusal == refusal)
        }
    }

    static func kline(_ changes: [(String, String)]) -> String {
        let frame =
            #"{"topic":"kline.60.BTCUSDT","type":"snapshot","ts":1653818762502,"data":[{"start":1653818400000,"#
            + #""end":1653821999999,"interval":"60","open":"2","close":"3","high":"4","low":"1","volume":"0","#
            + #""turnover":"0","confirm":true,"timestamp":1653818762502}]}"#
        return changes.reduce(frame) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }

    static let candles: [(changes: [(String, String)], refusal: FrameRefusal?)] = [
        ([], nil),
        ([("kline.60", "kline.D"), ("1653818400000", "1653782400000")], nil),
        ([("kline.60", "kline.240")], FrameRefusal(.valueOutOfRange)),
        ([("kline.60", "kline.W")], FrameRefusal(.intervalUnknown, field: "topic")),
        ([(#""high":"4""#, #""high":"2.5""#)], FrameRefusal(.contradiction)),
        ([(#""low":"1""#, #""low":"2.5""#)], FrameRefusal(.contradiction)),
        ([(#""volume":"0""#, #""volume":"-1""#)], FrameRefusal(.valueOutOfRange, field: "volume")),
        ([(#""open":"2""#, #""open":"0""#)], FrameRefusal(.valueOutOfRange, field: "open")),
        ([(#""confirm":true"#, #""confirm":"true""#)], FrameRefusal(.fieldWrongType, field: "confirm")),
    ]

    @Test("A candle must start on its interval and hold its prices", arguments: candles)
    func candle(changes: [(String, String)], refusal: FrameRefusal?) {
        let decoded = BybitBench.dialect().decoded(Self.kline(changes))
        #expect(decoded.refusal == refusal)
        #expect(decoded.events.count == (refusal == nil ? 1 : 0))
    }

    static let replies: [(frame: String, message: VenueMessage)] = [
        (#"{"success":true,"ret_msg":"","req_id":"7","op":"subscribe"}"#, .acknowledged(.id(7))),
        (#"{"success":true,"ret_msg":"","req_id":"8","op":"unsubscribe"}"#, .acknowledged(.id(8))),
        (#"{"success":true,"op":"subscribe"}"#, .acknowledged(.oldest)),
        (#"{"req_id":"","op":"pong","args":["1672916271846"],"conn_id":"z"}"#, .pong),
        (
            #"{"success":false,"ret_msg":"Batch too long","req_id":"9","op":"subscribe"}"#,
            .refused(VenueRefusal(.id(9), code: 0, text: "Batch too long"))
        ),
    ]

    @Test("Replies are told from market data", arguments: replies)
    func reply(frame: String, message: VenueMessage) {
        let decoded = BybitBench.dialect().decoded(frame)
        #expect(decoded.message == message)
        #expect(decoded.events.isEmpty)
    }

    @Test("What a followed market takes, and how it is asked for")
    func requests() throws {
        let spot = BybitBench.dialect(.spot)
        let linear = BybitBench.dialect()
        let bitcoin = try #require(BybitBench.instrument("BTCUSDT", "BTCUSDT"))
        let pepe = try #require(BybitBench.instrument("PEPEUSDT-PERP", "1000PEPEUSDT", multiplier: 1000))
        #expect(
            spot.streams(of: bitcoin, withBook: true).map(\.name) == [
                "tickers.BTCUSDT", "publicTrade.BTCUSDT", "kline.1.BTCUSDT", "orderbook.1.BTCUSDT",
                "orderbook.50.BTCUSDT",
            ]
        )
        #expect(
            linear.streams(of: pepe, withBook: false).map(\.name) == [
                "tickers.1000PEPEUSDT", "publicTrade.1000PEPEUSDT", "kline.1.1000PEPEUSDT",
                "allLiquidation.1000PEPEUSDT",
            ]
        )
        #expect(spot.streams(of: pepe, withBook: true).isEmpty && linear.streams(of: bitcoin, withBook: true).isEmpty)
        #expect(spot.market(of: bitcoin)?.symbol == bitcoin.symbol && spot.market(of: pepe) == nil)
        #expect(linear.market(of: pepe)?.multiplier == 1000)
        #expect(spot.url == "ws://127.0.0.1:1/v5/public/spot" && linear.url == "ws://127.0.0.1:1/v5/public/linear")
        #expect(
            linear.subscription(id: 3, streams: ["tickers.BTCUSDT", "kline.1.BTCUSDT"])
                == #"{"op":"subscribe","req_id":"3","args":["tickers.BTCUSDT","kline.1.BTCUSDT"]}"#
        )
        #expect(
            linear.unsubscription(id: 4, streams: ["tickers.BTCUSDT"])
                == #"{"op":"unsubscribe","req_id":"4","args":["tickers.BTCUSDT"]}"#
        )
    }
}
