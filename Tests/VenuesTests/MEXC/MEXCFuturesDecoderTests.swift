import Foundation
import Markets
import Testing
import Venues

@Suite("MEXC futures decoder")
struct MEXCFuturesDecoderTests {
    static let deal =
        #"{"symbol":"BTC_USDT","data":[{"p":2.5,"v":13,"T":2,"O":3,"M":1,"t":1790870038339,"i":"7"}],"#
        + #""channel":"push.deal","ts":1790870038340}"#
    static let depth =
        #"{"symbol":"BTC_USDT","data":{"cts":1789498405531,"asks":[[0.6,10000,1]],"bids":[[0.4,0,0],[0.5,30000,3]],"#
        + #""end":12,"begin":10,"version":12},"channel":"push.depth","ts":1789498405534}"#
    static let top =
        #"{"symbol":"BTC_USDT","data":{"cts":1790870038457,"asks":[[1.7,5,1],[1.6,20000,1]],"#
        + #""bids":[[1.4,34991,8],[1.5,10000,1]],"version":42},"channel":"push.depth.full","ts":1790870038460}"#
    static let kline =
        #"{"symbol":"BTC_USDT","data":{"symbol":"BTC_USDT","interval":"Min1","t":1790869980,"o":2,"c":3,"h":4,"l":1,"#
        + #""a":9,"q":50000},"channel":"push.kline","ts":1790870038344}"#
    static let ticker =
        #"{"symbol":"BTC_USDT","data":{"symbol":"BTC_USDT","lastPrice":8,"riseFallRate":-0.2,"fairPrice":9,"#
        + #""indexPrice":7,"volume24":50000,"amount24":40,"lower24Price":6,"high24Price":12,"timestamp":1790870036854,"#
        + #""holdVol":20000,"riseFallValue":-2,"fundingRate":-0.0001},"channel":"push.ticker","ts":1790870036854}"#
    static let tickers =
        #"{"channel":"push.tickers","data":[{"symbol":"BTC_USDT","lastPrice":8,"riseFallRate":-0.2,"volume24":50000,"#
        + #""amount24":4E+1,"lower24Price":6,"high24Price":12,"timestamp":1790870034312}],"ts":1790870034312}"#
    static let funding =
        #"{"symbol":"BTC_USDT","data":{"symbol":"BTC_USDT","rate":0.000081,"nextSettleTime":1789516800000},"#
        + #""channel":"push.funding.rate","ts":1789498561049}"#

    /// A frame with a piece of its text replaced.
    static func changed(_ frame: String, _ piece: String, _ replacement: String) -> String {
        frame.replacingOccurrences(of: piece, with: replacement)
    }

    static func deal(_ piece: String, _ replacement: String) -> String { changed(deal, piece, replacement) }
    static func ticker(_ piece: String, _ replacement: String) -> String { changed(ticker, piece, replacement) }

    static let refusals: [(frame: String, refusal: FrameRefusal)] = [
        ("", FrameRefusal(.malformed)),
        (String(deal.dropLast(2)), FrameRefusal(.malformed)),
        (String(repeating: "[", count: 9) + String(repeating: "]", count: 9), FrameRefusal(.tooDeep)),
        (String(repeating: " ", count: 2 << 20) + "1", FrameRefusal(.tooLarge)),
        ("1", FrameRefusal(.shapeUnknown)),
        ("[]", FrameRefusal(.shapeUnknown)),
        ("{}", FrameRefusal(.fieldMissing, field: "channel")),
        (deal(#""push.deal""#, "5"), FrameRefusal(.fieldWrongType, field: "channel")),
        (deal("push.deal", "push.deals"), FrameRefusal(.eventUnknown)),
        (deal(#""symbol":"BTC_USDT","#, ""), FrameRefusal(.fieldMissing, field: "symbol")),
        (deal(#","ts":1790870038340"#, ""), FrameRefusal(.fieldMissing, field: "ts")),
        (deal("1790870038340", "5"), FrameRefusal(.valueOutOfRange, field: "ts")),
        (deal(#""data":["#, #""date":["#), FrameRefusal(.shapeUnknown, field: "data")),
        (deal("2.5", #""x""#), FrameRefusal(.decimalInvalid, field: "p")),
        (deal("2.5", "null"), FrameRefusal(.fieldWrongType, field: "p")),
        (deal("2.5", "0"), FrameRefusal(.valueOutOfRange, field: "p")),
        (deal("2.5", "-2.5"), FrameRefusal(.valueOutOfRange, field: "p")),
        (deal("2.5", "1e300"), FrameRefusal(.decimalInvalid, field: "p")),
        (deal("2.5", "1e-30"), FrameRefusal(.decimalInvalid, field: "p")),
        (deal("2.5", "1e999"), FrameRefusal(.malformed)),
        (deal(#""v":13"#, #""v":0"#), FrameRefusal(.valueOutOfRange, field: "v")),
        (deal(#""v":13"#, #""v":-1"#), FrameRefusal(.valueOutOfRange, field: "v")),
        (deal(#""T":2"#, #""T":3"#), FrameRefusal(.valueOutOfRange, field: "T")),
        (deal(#""T":2,"#, ""), FrameRefusal(.fieldMissing, field: "T")),
        (deal(#""i":"7""#, #""i":"seven""#), FrameRefusal(.fieldWrongType, field: "i")),
        (deal("1790870038339", "1790870038339.5"), FrameRefusal(.fieldWrongType, field: "t")),
        (
            changed(depth, #""data":{"#, #""data":[{"#).replacingOccurrences(of: "12},", with: "12}],"),
            FrameRefusal(.shapeUnknown, field: "data")
        ),
        (changed(depth, #""begin":10"#, #""begin":13"#), FrameRefusal(.contradiction)),
        (changed(depth, #""end":12"#, #""end":"12""#), FrameRefusal(.fieldWrongType, field: "end")),
        (
            changed(depth, #""end":12,"begin":10,"version":12"#, #""v":1"#),
            FrameRefusal(.fieldMissing, field: "version")
        ),
        (changed(depth, "[0.6,10000,1]", "[0.6]"), FrameRefusal(.shapeUnknown, field: "asks")),
        (changed(depth, "[0.6,10000,1]", "[0,10000,1]"), FrameRefusal(.valueOutOfRange, field: "asks")),
        (changed(depth, "[0.4,0,0]", "[0.4,-1,0]"), FrameRefusal(.valueOutOfRange, field: "bids")),
        (changed(top, "[1.5,10000,1]", "[1.65,10000,1]"), FrameRefusal(.contradiction)),
        (changed(top, #","version":42"#, ""), FrameRefusal(.fieldMissing, field: "version")),
        (
            changed(top, #""asks":[[1.7,5,1],[1.6,20000,1]]"#, #""asks":7"#),
            FrameRefusal(.fieldWrongType, field: "asks")
        ),
        (changed(kline, "Min1", "Min3"), FrameRefusal(.intervalUnknown, field: "interval")),
        (changed(kline, "1790869980", "1790869981"), FrameRefusal(.valueOutOfRange)),
        (changed(kline, "1790869980", "9223372036854775807"), FrameRefusal(.valueOutOfRange, field: "t")),
        (changed(kline, #""h":4"#, #""h":2.5"#), FrameRefusal(.contradiction)),
        (changed(kline, #""q":50000"#, #""q":-1"#), FrameRefusal(.valueOutOfRange, field: "q")),
        (ticker(#""high24Price":12"#, #""high24Price":5"#), FrameRefusal(.contradiction)),
        (ticker(#""riseFallValue":-2"#, #""riseFallValue":8"#), FrameRefusal(.contradiction)),
        (ticker(#","timestamp":1790870036854"#, ""), FrameRefusal(.fieldMissing, field: "timestamp")),
        (ticker(#""holdVol":20000"#, #""holdVol":-1"#), FrameRefusal(.valueOutOfRange, field: "holdVol")),
        (changed(tickers, "-0.2", "-1"), FrameRefusal(.contradiction)),
        (
            changed(tickers, #""data":["#, #""data":[7,"#).replacingOccurrences(of: #""lastPrice":8"#, with: #""x":8"#),
            FrameRefusal(.shapeUnknown)
        ),
        (changed(funding, "0.000081", #""x""#), FrameRefusal(.decimalInvalid, field: "rate")),
        (changed(funding, "1789516800000", "5"), FrameRefusal(.valueOutOfRange, field: "nextSettleTime")),
    ]

    @Test("Odd and hostile frames are refused by name and leave no event", arguments: refusals)
    func refused(frame: String, refusal: FrameRefusal) {
        let decoded = MEXCBench.futures().decoded(frame)
        #expect(decoded.refusal == refusal)
        #expect(decoded.events.isEmpty)
        #expect(decoded.counts[refusal.reason] >= 1)
    }

    static let tolerated: [String] = [
        deal,
        deal(#""O":3,"M":1,"#, ""),
        deal(#""O":3"#, #""O":{"x":[null]}"#),
        deal("2.5", "25E-1"),
        deal("2.5", "2.50000"),
        deal(#""v":13"#, #""v":1.3E+1"#),
        deal(#""v":13"#, #""v":"13""#),
        deal(#""i":"7""#, #""i":7"#),
        deal("[{", "{").replacingOccurrences(of: "}]", with: "}"),
    ]

    @Test("An object for an array, exponents, numbers as text and missing fields change nothing", arguments: tolerated)
    func accepted(frame: String) throws {
        let decoded = MEXCBench.futures().decoded(frame)
        #expect(decoded.message == .market(.trades))
        #expect(decoded.payloads == [try Expected.trade("BTCUSDT-PERP", 7, "2.5", "0.0013", .sell)])
        #expect(decoded.times == [1_790_870_038_339])
    }

    @Test("A bad row is counted and does not spoil the others")
    func badRows() throws {
        let good = #"{"p":2.5,"v":13,"T":2,"t":1790870038339,"i":"7"}"#
        let decoded = MEXCBench.futures().decoded(Self.deal("\"data\":[", "\"data\":[\(good),7,{\"p\":1},"))
        #expect(decoded.events.count == 2)
        #expect(decoded.counts[.shapeUnknown] == 1 && decoded.counts[.fieldMissing] == 1)
    }

    static let ignored: [String] = [
        deal("BTC_USDT", "NEW_USDT"),
        deal("BTC_USDT", "BTC_USD"),
        changed(tickers, "BTC_USDT", "BTC_USD"),
        #"{"channel":"push.contract","data":{"symbol":"BTC_USDT"},"symbol":"BTC_USDT","ts":1760942212002}"#,
        changed(tickers, #""lastPrice":8"#, #""lastPrice":0"#),
        #"{"channel":"push.tickers","data":[],"ts":1790870034312}"#,
    ]

    @Test("Contracts that are not listed or have not traded leave nothing", arguments: ignored)
    func leftOut(frame: String) {
        let decoded = MEXCBench.futures().decoded(frame)
        #expect(decoded.refusal == nil)
        #expect(decoded.events.isEmpty)
        #expect(decoded.counts.total == 0)
    }

    @Test("The opening price is the last one less its change, or follows from the proportion")
    func openingPrice() throws {
        let figures = try Expected.ticker(
            "BTCUSDT-PERP",
            last: "8",
            open: "10",
            high: "12",
            low: "6",
            base: "5",
            quote: "40"
        )
        let ticker = MEXCBench.futures().decoded(Self.ticker)
        #expect(
            ticker.payloads == [
                figures, try Expected.openInterest("BTCUSDT-PERP", "2"),
                try Expected.funding("BTCUSDT-PERP", rate: "-0.0001", mark: "9", index: "7"),
            ]
        )
        #expect(MEXCBench.futures().decoded(Self.tickers).payloads == [figures])
    }

    @Test("The quote is the best of levels in any order, of those that hold something")
    func quote() throws {
        let dialect = MEXCBench.futures()
        let quote = try Expected.quote("BTCUSDT-PERP", bid: ("1.5", "1"), ask: ("1.6", "2"))
        #expect(dialect.decoded(Self.top).payloads == [quote])
        let later = Self.changed(Self.top, "1790870038460", "1790870038461")
        #expect(dialect.decoded(Self.changed(later, "[1.5,10000,1]", "[1.5,0,0]")).payloads.count == 1)
        // An older version at the same time was overtaken; at a later time the venue has begun to count anew.
        #expect(dialect.decoded(Self.changed(Self.top, #""version":42"#, #""version":41"#)).payloads.isEmpty)
        #expect(dialect.decoded(Self.changed(later, #""version":42"#, #""version":1"#)).payloads.isEmpty)
        let muchLater = Self.changed(Self.top, "1790870038460", "1790870039000")
        #expect(dialect.decoded(Self.changed(muchLater, #""version":42"#, #""version":1"#)).payloads == [quote])
        let empty = Self.changed(muchLater, #""bids":[[1.4,34991,8],[1.5,10000,1]]"#, #""bids":[]"#)
        #expect(dialect.decoded(empty).payloads.isEmpty)
    }

    @Test("Of a bundled contract every figure is of one coin")
    func bundled() throws {
        let dialect = MEXCBench.futures()
        // 1,000 coins in a contract, a thousand coins to a price.
        func decoded(_ frame: String) -> Decoded {
            dialect.decoded(Self.changed(frame, "BTC_USDT", "1000BONK_USDT"))
        }
        #expect(decoded(Self.deal).payloads == [try Expected.trade("BONKUSDT-PERP", 7, "0.0025", "13000", .sell)])
        let book = try #require(decoded(Self.depth).book)
        #expect(book.asks == (try Expected.levels([("0.0006", "10000000")])))
        #expect(decoded(Self.ticker).payloads.contains(try Expected.openInterest("BONKUSDT-PERP", "20000000")))
    }

    private func candles(_ decoded: Decoded) -> [Candle] {
        decoded.events.compactMap { event in
            if case .candle(let candle) = event.payload { candle } else { nil }
        }
    }

    @Test("A candle is closed when the next one begins, but not when it was heard before a new subscription")
    func closing() throws {
        let dialect = MEXCBench.futures()
        let next = Self.changed(Self.kline, "1790869980", "1790870040")
        #expect(candles(dialect.decoded(Self.kline)).map(\.isClosed) == [false])
        #expect(candles(dialect.decoded(next)).map(\.isClosed) == [true, false])
        #expect(candles(dialect.decoded(next)).map(\.isClosed) == [false])
        _ = dialect.decoded(#"{"channel":"rs.sub.kline","data":"success","ts":1789498321789}"#)
        let third = Self.changed(Self.kline, "1790869980", "1790870100")
        #expect(candles(dialect.decoded(third)).map(\.isClosed) == [false])
    }

    static let replies: [(frame: String, message: VenueMessage)] = [
        (#"{"channel":"rs.sub.deal","data":"success"}"#, .acknowledged(.oldest(containing: "sub.deal:"))),
        (#"{"channel":"rs.unsub.deal","data":"success"}"#, .acknowledged(.oldest(containing: "sub.deal:"))),
        (#"{"channel":"rs.sub.tickers","data":"success"}"#, .acknowledged(.oldest(containing: "sub.tickers:"))),
        (
            #"{"channel":"rs.sub.deal","data":"no"}"#,
            .refused(VenueRefusal(.oldest(containing: "sub.deal:"), code: 0, text: "no"))
        ),
        (#"{"channel":"rs.error","data":"Too bad"}"#, .refused(VenueRefusal(.oldest, code: 0, text: "Too bad"))),
        (#"{"channel":"rs.error","data":7}"#, .refused(VenueRefusal(.oldest, code: 0, text: ""))),
        (#"{"channel":"pong","data":1789498336785}"#, .pong),
    ]

    @Test("Replies are told apart by what little they say", arguments: replies)
    func reply(frame: String, message: VenueMessage) {
        #expect(MEXCBench.futures().decoded(frame).message == message)
    }
}
