import Markets

/// Turns the messages of OKX's public and business sockets into market events; owned by one event loop.
///
/// Unknown fields and absent optional ones are tolerated. What is not understood is refused with a reason, counted, and
/// leaves no event behind.
/// Documentation: <https://www.okx.com/docs-v5/en/#overview-websocket>.
struct OKXDecoder: ~Copyable {
    /// A snapshot of 400 levels is about 30 kB; a good many times that.
    static let maximumFrameBytes = 1 << 20
    static let maximumDepth = 8

    var markets = MarketTable()
    private(set) var refusals = RefusalCounts()

    private var json = VenueParser(maximumBytes: maximumFrameBytes, maximumDepth: maximumDepth)
    private var envelope = VenueFields<Envelope>()
    private var argument = VenueFields<Argument>()
    private var firstRow = VenueRow(count: 1)
    private var control = OKXControlDecoder()
    private var tickers = OKXTickerDecoder()
    private var trades = OKXTradeDecoder()
    private var candles = OKXCandleDecoder()
    private var books = OKXBookDecoder()
    private var liquidations = OKXLiquidationDecoder()
    private var openInterest = OKXOpenInterestDecoder()
    private var funding = OKXFundingDecoder()

    /// Decodes one message and appends its events, in the venue's order.
    mutating func decode(
        _ message: UnsafeRawBufferPointer,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        if message.elementsEqual("pong".utf8) { return .pong }
        let before = events.count
        do {
            return try decodeUncounted(message, receivedTime: receivedTime, into: &events)
        } catch {
            events.removeSubrange(before...)
            refusals.add(error)
            throw error
        }
    }

    private mutating func decodeUncounted(
        _ message: UnsafeRawBufferPointer,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        let root: VenueValue
        do { root = try json.parse(message) } catch { throw FrameRefusal(fault: error) }
        envelope.read(root)
        guard envelope[.event].isAbsent else { return try control.decode(root) }
        guard envelope[.argument].isObject else { throw FrameRefusal(.shapeUnknown) }
        argument.read(envelope[.argument])
        let channel = try OKXChannel(try argument.utf8(.channel))
        if channel == .unused { return .ignored }
        if channel == .liquidations { return try decodeLiquidations(receivedTime, &events) }
        let name = try argument.utf8(.instrument)
        // Listed since, or of a kind that we leave out.
        guard let market = channel == .indexPrice ? swap(onIndex: name) : markets.market(name) else { return .ignored }
        let frame = OKXFrame(market: market, name: name, receivedTime: receivedTime)
        return try decode(channel, frame: frame, into: &events)
    }

    /// An index has the name of the spot market, `BTC-USDT`; the swap that is settled by it that of `BTC-USDT-SWAP`.
    private func swap(onIndex name: UnsafeBufferPointer<UInt8>) -> Market? {
        markets.market(String(decoding: name, as: UTF8.self) + "-SWAP")
    }

    private mutating func decode(
        _ channel: OKXChannel,
        frame: OKXFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        var tally = RowTally()
        let rows = envelope[.data]
        let group: StreamGroup
        switch channel {
        case .tickers:
            group = .tickers
            try tally.each(of: rows) { row throws(FrameRefusal) in
                try tickers.decode(row, frame: frame, into: &events)
            }
        case .trades:
            group = .trades
            try tally.each(of: rows) { row throws(FrameRefusal) in
                try trades.decode(row, frame: frame, into: &events)
            }
        case .candles(let interval):
            group = .candles
            try tally.each(of: rows) { row throws(FrameRefusal) in
                let candle = try candles.decode(row, interval: interval, market: frame.market)
                // The row tells when the candle opened, and nothing tells when it was sent.
                events.append(frame.event(.candle(candle), at: nil))
            }
        case .openInterest:
            group = .openInterest
            try tally.each(of: rows) { row throws(FrameRefusal) in
                try openInterest.decode(row, frame: frame, into: &events)
            }
        case .fundingRate:
            group = .funding
            try tally.each(of: rows) { row throws(FrameRefusal) in
                try funding.decodeRate(row, frame: frame, into: &events)
            }
        case .markPrice:
            group = .funding
            try tally.each(of: rows) { row throws(FrameRefusal) in
                try funding.decodeMark(row, frame: frame, into: &events)
            }
        case .indexPrice:
            group = .funding
            try tally.each(of: rows) { row throws(FrameRefusal) in
                try funding.decodeIndex(row, frame: frame, into: &events)
            }
        case .best:
            let book = try books.decode(try onlyRow(), kind: .snapshot, frame: frame)
            if let quote = book.quote { events.append(frame.event(.quote(quote), at: book.exchangeTime)) }
            return .market(.quotes)
        case .book: return .book(try books.decode(try onlyRow(), kind: try bookKind(), frame: frame))
        case .liquidations, .unused: return .ignored
        }
        try tally.settle(into: &refusals)
        return .market(group)
    }

    private mutating func decodeLiquidations(
        _ receivedTime: MarketTime,
        _ events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        var tally = RowTally()
        let markets = markets
        try tally.each(of: envelope[.data]) { row throws(FrameRefusal) in
            try liquidations.decode(row, markets: markets, receivedTime: receivedTime, into: &events)
        }
        try tally.settle(into: &refusals)
        return .market(.liquidations)
    }

    /// Books come one to a message.
    private mutating func onlyRow() throws(FrameRefusal) -> VenueValue {
        guard firstRow.read(envelope[.data]) else { throw FrameRefusal(.shapeUnknown, field: Envelope.data.key) }
        return firstRow[0]
    }

    private func bookKind() throws(FrameRefusal) -> BookFrame.Kind {
        if envelope[.action].equals("snapshot") { return .snapshot }
        if envelope[.action].equals("update") { return .changes }
        _ = try envelope.utf8(.action)
        throw FrameRefusal(.eventUnknown, field: Envelope.action.key)
    }

    enum Envelope: Int, VenueFieldName {
        case event, argument, action, data

        var key: String {
            switch self {
            case .event: "event"
            case .argument: "arg"
            case .action: "action"
            case .data: "data"
            }
        }
    }

    enum Argument: Int, VenueFieldName {
        case channel, instrument

        var key: String {
            switch self {
            case .channel: "channel"
            case .instrument: "instId"
            }
        }
    }
}
