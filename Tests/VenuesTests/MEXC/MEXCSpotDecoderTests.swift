import MEXCWire
import Markets
import Testing
import Venues

@Suite("MEXC spot decoder")
struct MEXCSpotDecoderTests {
    static func deal(_ change: (inout MEXCSpotDeal) -> Void = { _ in }) -> MEXCSpotDeal {
        var deal = MEXCSpotDeal()
        deal.price = "2.5"
        deal.quantity = "4"
        deal.tradeType = 2
        deal.time = 1_790_281_246_176
        deal.tradeID = "71X0_72X0"
        change(&deal)
        return deal
    }

    static func kline(_ change: (inout MEXCSpotKline) -> Void = { _ in }) -> MEXCSpotKline {
        var kline = MEXCSpotKline()
        kline.interval = "Min1"
        kline.windowStart = 1_790_281_200
        kline.windowEnd = 1_790_281_260
        kline.openingPrice = "2"
        kline.closingPrice = "3"
        kline.highestPrice = "4"
        kline.lowestPrice = "1"
        kline.volume = "5"
        kline.amount = "9"
        change(&kline)
        return kline
    }

    static func ticker(_ change: (inout MEXCSpotBookTicker) -> Void = { _ in }) -> MEXCSpotBookTicker {
        var ticker = MEXCSpotBookTicker()
        ticker.bidPrice = "1.5"
        ticker.bidQuantity = "1"
        ticker.askPrice = "1.6"
        ticker.askQuantity = "2"
        change(&ticker)
        return ticker
    }

    static func depth(_ change: (inout MEXCSpotDepth) -> Void = { _ in }) -> MEXCSpotDepth {
        var depth = MEXCSpotDepth()
        depth.bids = [level("0.5", "3"), level("0.4", "0.00000000")]
        depth.asks = [level("0.6", "1")]
        depth.fromVersion = "10"
        depth.toVersion = "12"
        change(&depth)
        return depth
    }

    private static func level(_ price: String, _ quantity: String) -> MEXCSpotLevel {
        var level = MEXCSpotLevel()
        level.price = price
        level.quantity = quantity
        return level
    }

    static func deals(_ deals: [MEXCSpotDeal]) -> MEXCSpotPush.OneOf_Body {
        var body = MEXCSpotDeals()
        body.deals = deals
        return .deals(body)
    }

    private func decoded(
        _ body: MEXCSpotPush.OneOf_Body?,
        in dialect: MEXCSpotDialect = MEXCBench.spot()
    ) throws -> Decoded {
        dialect.decoded(try MEXCBench.push { $0.body = body })
    }

    static let refusals: [(body: MEXCSpotPush.OneOf_Body, refusal: FrameRefusal)] = [
        (deals([deal { $0.price = "" }]), FrameRefusal(.fieldMissing, field: "price")),
        (deals([deal { $0.price = "0" }]), FrameRefusal(.valueOutOfRange, field: "price")),
        (deals([deal { $0.price = "-1" }]), FrameRefusal(.valueOutOfRange, field: "price")),
        (deals([deal { $0.price = "1e5" }]), FrameRefusal(.decimalInvalid, field: "price")),
        (
            deals([deal { $0.price = String(repeating: "9", count: 500) }]),
            FrameRefusal(.decimalInvalid, field: "price")
        ),
        (deals([deal { $0.quantity = "0" }]), FrameRefusal(.valueOutOfRange, field: "quantity")),
        (deals([deal { $0.tradeType = 0 }]), FrameRefusal(.fieldMissing, field: "tradeType")),
        (deals([deal { $0.tradeType = 3 }]), FrameRefusal(.valueOutOfRange, field: "tradeType")),
        (deals([deal { $0.time = 0 }]), FrameRefusal(.fieldMissing, field: "time")),
        (deals([deal { $0.time = .min }]), FrameRefusal(.valueOutOfRange, field: "time")),
        (.kline(kline { $0.interval = "Min3" }), FrameRefusal(.intervalUnknown, field: "interval")),
        (.kline(kline { $0.interval = "" }), FrameRefusal(.fieldMissing, field: "interval")),
        (.kline(kline { $0.windowStart = 1_790_281_201 }), FrameRefusal(.valueOutOfRange)),
        (.kline(kline { $0.windowStart = .max }), FrameRefusal(.valueOutOfRange, field: "windowStart")),
        (.kline(kline { $0.windowStart = 0 }), FrameRefusal(.fieldMissing, field: "windowStart")),
        (.kline(kline { $0.highestPrice = "2.5" }), FrameRefusal(.contradiction)),
        (.kline(kline { $0.volume = "" }), FrameRefusal(.fieldMissing, field: "volume")),
        (.kline(kline { $0.amount = "x" }), FrameRefusal(.decimalInvalid, field: "amount")),
        (.bookTicker(ticker { $0.bidPrice = "1.7" }), FrameRefusal(.contradiction)),
        (.bookTicker(ticker { $0.askQuantity = "" }), FrameRefusal(.fieldMissing, field: "askQuantity")),
        (.depth(depth { $0.fromVersion = "" }), FrameRefusal(.fieldMissing, field: "fromVersion")),
        (.depth(depth { $0.toVersion = "12x" }), FrameRefusal(.fieldWrongType, field: "toVersion")),
        (.depth(depth { $0.fromVersion = "13" }), FrameRefusal(.contradiction)),
        (.depth(depth { $0.bids[0].price = "" }), FrameRefusal(.fieldMissing, field: "bids")),
        (.depth(depth { $0.asks[0].quantity = "-1" }), FrameRefusal(.valueOutOfRange, field: "asks")),
    ]

    @Test("Odd and hostile bodies are refused by name, counted, and leave no event", arguments: refusals)
    func refused(body: MEXCSpotPush.OneOf_Body, refusal: FrameRefusal) throws {
        let decoded = try decoded(body)
        #expect(decoded.refusal == refusal)
        #expect(decoded.events.isEmpty)
        #expect(decoded.counts[refusal.reason] == 1)
        #expect(decoded.counts.total == 1)
    }

    @Test("Frames that are no message, too long or without a market's name are refused")
    func frames() throws {
        func refusal(_ frame: [UInt8]) -> FrameRefusal? { MEXCBench.spot().decoded(frame).refusal }
        let whole = try MEXCBench.push { $0.bookTicker = Self.ticker() }
        #expect(refusal(Array(whole.dropLast())) == FrameRefusal(.malformed))
        #expect(refusal([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]) == FrameRefusal(.malformed))
        // A channel that is not UTF-8.
        #expect(refusal([0x0A, 0x01, 0xFF]) == FrameRefusal(.malformed))
        #expect(refusal([UInt8](repeating: 0x0A, count: (1 << 20) + 1)) == FrameRefusal(.tooLarge))
        let nameless = try MEXCBench.push { push in
            push.clearSymbol()
            push.bookTicker = Self.ticker()
        }
        #expect(refusal(nameless) == FrameRefusal(.fieldMissing, field: "symbol"))
        let timeless = try MEXCBench.push { push in
            push.sendTime = 5
            push.bookTicker = Self.ticker()
        }
        #expect(refusal(timeless) == FrameRefusal(.valueOutOfRange, field: "sendTime"))
    }

    @Test("A frame without a body, one of an unlisted market and an empty one mean nothing")
    func ignored() throws {
        let dialect = MEXCBench.spot()
        #expect(try decoded(nil, in: dialect).message == .ignored)
        #expect(dialect.decoded([]).message == .ignored)
        let other = try MEXCBench.push { push in
            push.symbol = "NEWUSDT"
            push.bookTicker = Self.ticker()
        }
        #expect(dialect.decoded(other).message == .ignored)
        // Field 309, a body of which the layout is not published.
        let unknown = try MEXCBench.push { _ in } + [0xAA, 0x13, 0x02, 0x0A, 0x00]
        #expect(dialect.decoded(unknown).message == .ignored)
        #expect(dialect.refusals.total == 0)
    }

    @Test("Unknown fields and absent times change nothing")
    func tolerated() throws {
        let push = try MEXCBench.push { push in
            push.clearSendTime()
            push.bookTicker = Self.ticker()
        }
        // Field 99, a text, and field 100, a number.
        let decoded = MEXCBench.spot().decoded(push + [0x9A, 0x06, 0x01, 0x41, 0xA0, 0x06, 0x07])
        #expect(decoded.payloads == [try Expected.quote("BTCUSDT", bid: ("1.5", "1"), ask: ("1.6", "2"))])
        #expect(decoded.times == [nil])
    }

    @Test("A side of the book without an order gives no quote")
    func emptySide() throws {
        for body in [Self.ticker { $0.bidPrice = "" }, Self.ticker { $0.askPrice = "0" }] {
            let decoded = try decoded(.bookTicker(body))
            #expect(decoded.message == .market(.quotes) && decoded.events.isEmpty)
        }
    }

    @Test("A batch of quotes is taken in its order")
    func batch() throws {
        var batch = MEXCSpotBookTickerBatch()
        batch.items = [Self.ticker(), Self.ticker { $0.bidPrice = "1.4" }]
        #expect(
            try decoded(.bookTickerBatch(batch)).payloads == [
                try Expected.quote("BTCUSDT", bid: ("1.5", "1"), ask: ("1.6", "2")),
                try Expected.quote("BTCUSDT", bid: ("1.4", "1"), ask: ("1.6", "2")),
            ]
        )
        batch.items[1].bidPrice = "2"
        let refused = try decoded(.bookTickerBatch(batch))
        #expect(refused.refusal == FrameRefusal(.contradiction) && refused.events.isEmpty)
    }

    @Test("A bad trade is counted and does not spoil the others")
    func badTrade() throws {
        let decoded = try decoded(
            Self.deals([Self.deal { $0.price = "" }, Self.deal(), Self.deal { $0.tradeType = 9 }])
        )
        #expect(decoded.payloads == [try Expected.trade("BTCUSDT", 71, "2.5", "4", .sell)])
        #expect(decoded.counts[.fieldMissing] == 1 && decoded.counts[.valueOutOfRange] == 1)
        #expect(decoded.counts.total == 2)
    }

    @Test("Trades without a number get one of their time and place, so that none is taken for another")
    func unnumbered() throws {
        let bodies = ["", "none", "99999999999999999999"].map { text in Self.deal { $0.tradeID = text } }
        let ids = try decoded(Self.deals(bodies)).events.compactMap { event -> Int64? in
            if case .trade(let trade) = event.payload { trade.id } else { nil }
        }
        #expect(ids == [1_790_281_246_176_000, 1_790_281_246_176_001, 1_790_281_246_176_002])
    }

    @Test("Changes of a book keep their versions, and zero takes a level away")
    func book() throws {
        let book = try #require(try decoded(.depth(Self.depth())).book)
        #expect(book.kind == .changes && book.first == 10 && book.last == 12 && book.previous == nil)
        #expect(book.exchangeTime?.milliseconds == 1_790_281_243_450)
        #expect(book.bids == (try Expected.levels([("0.5", "3"), ("0.4", "0")])))
        #expect(book.asks == (try Expected.levels([("0.6", "1")])))
    }

    private func candles(_ decoded: Decoded) -> [Candle] {
        decoded.events.compactMap { event in
            if case .candle(let candle) = event.payload { candle } else { nil }
        }
    }

    @Test("A candle is closed when the next window begins, with the figures last heard of it")
    func closing() throws {
        let dialect = MEXCBench.spot()
        #expect(candles(try decoded(.kline(Self.kline()), in: dialect)).map(\.isClosed) == [false])
        let later = Self.kline { $0.volume = "6" }
        #expect(candles(try decoded(.kline(later), in: dialect)).map(\.isClosed) == [false])
        let next = candles(try decoded(.kline(Self.kline { $0.windowStart += 60 }), in: dialect))
        #expect(next.map(\.isClosed) == [true, false])
        #expect(next.map(\.openTime.milliseconds) == [1_790_281_200_000, 1_790_281_260_000])
        #expect(next.first?.volume == Quantity("6"))
        // A frame of the window before comes too late to say anything.
        #expect(candles(try decoded(.kline(Self.kline()), in: dialect)).isEmpty)
    }

    @Test("The candle heard before a new subscription is not closed, for its end may have been missed")
    func resubscribed() throws {
        let dialect = MEXCBench.spot()
        _ = try decoded(.kline(Self.kline()), in: dialect)
        _ = dialect.decoded(#"{"id":4,"code":0,"msg":"spot@public.kline.v3.api.pb@BTCUSDT@Min1"}"#)
        let next = candles(try decoded(.kline(Self.kline { $0.windowStart += 60 }), in: dialect))
        #expect(next.map(\.isClosed) == [false])
    }

    static let blocked =
        #"{"id":0,"code":0,"msg":"Not Subscribed successfully! [spot@public.miniTicker.v3.api@BTCUSDT].  Reason： Blocked! "}"#

    @Test("A blocked stream is a refusal although its code says success")
    func refusedStream() {
        let name = "spot@public.miniTicker.v3.api@BTCUSDT"
        let text = "Not Subscribed successfully! [\(name)].  Reason： Blocked! "
        #expect(
            MEXCBench.spot().decoded(Self.blocked).message
                == .refused(VenueRefusal(.stream(name), stream: name, code: 0, text: text))
        )
        #expect(
            MEXCBench.spot().decoded(#"{"id":0,"code":1,"msg":"bad request"}"#).message
                == .refused(VenueRefusal(.oldest, code: 1, text: "bad request"))
        )
    }

    static let oddReplies: [(frame: String, refusal: FrameRefusal)] = [
        ("{", FrameRefusal(.malformed)),
        ("{}", FrameRefusal(.shapeUnknown)),
        (#"{"code":"0","msg":"PONG"}"#, FrameRefusal(.fieldWrongType, field: "code")),
        (#"{"code":0,"msg":5}"#, FrameRefusal(.fieldWrongType, field: "msg")),
        (#"{"code":0,"msg":"good day"}"#, FrameRefusal(.eventUnknown, field: "msg")),
        ("{" + String(repeating: " ", count: 64 << 10) + "}", FrameRefusal(.tooLarge)),
    ]

    @Test("Replies that are none are refused by name", arguments: oddReplies)
    func oddReply(frame: String, refusal: FrameRefusal) {
        #expect(MEXCBench.spot().decoded(frame).refusal == refusal)
    }
}
