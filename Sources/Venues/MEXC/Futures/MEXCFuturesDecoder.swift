import Markets

/// Turns the messages of MEXC's futures socket into market events; owned by one event loop.
///
/// Everything is JSON with numbers as numbers. Unknown fields and absent optional ones are tolerated, and so are
/// contracts that the listing had not. Everything else that is not understood is refused with a reason and counted.
/// Documentation: <https://mexcdevelop.github.io/apidocs/contract_v1_en/#websocket-api>.
struct MEXCFuturesDecoder: ~Copyable {
    /// The first `push.tickers` is about 350 kB; several times that.
    static let maximumFrameBytes = 2 << 20
    static let maximumDepth = 8

    private var json = VenueParser(maximumBytes: maximumFrameBytes, maximumDepth: maximumDepth)
    private var envelope = VenueFields<Envelope>()
    private var deals = MEXCFuturesDealDecoder()
    private var books = MEXCFuturesDepthDecoder()
    private var tops = MEXCFuturesTopDecoder()
    private var klines = MEXCFuturesKlineDecoder()
    private var tickers = MEXCFuturesTickerDecoder()
    private var fundings = MEXCFuturesFundingDecoder()
    private var closer = CandleCloser()
    /// The markets that are decoded; a message about any other is ignored.
    var markets: MarketTable

    /// Messages and rows refused so far, by reason.
    private(set) var refusals = RefusalCounts()

    init(markets: MarketTable) { self.markets = markets }

    /// Decodes one message and appends its events, in the venue's order.
    ///
    /// - Returns: what the message was; rows that were refused are counted and left out.
    /// - Throws: why the message was not taken; it is counted already.
    mutating func decode(
        _ message: UnsafeRawBufferPointer,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
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
        guard root.isObject else { throw FrameRefusal(.shapeUnknown) }
        envelope.read(root)
        let name = try envelope.utf8(.channel)
        guard let channel = MEXCFuturesChannel(name) else { throw FrameRefusal(.eventUnknown) }
        switch channel {
        case .pong: return .pong
        case .leftOut: return .ignored
        case .error: return MEXCFuturesReply.refused(envelope[.data])
        case .reply:
            let text = String(decoding: name, as: UTF8.self)
            // A stream that begins anew may have missed the end of the candle that we hold, and names no contract.
            if text == "rs.sub.kline" { closer.forgetAll() }
            return MEXCFuturesReply.granted(text, envelope[.data])
        case .tickers: return try decodeTickers(receivedTime: receivedTime, into: &events)
        default:
            guard let market = markets.market(try envelope.utf8(.symbol)) else { return .ignored }
            let frame = MEXCFrame(market: market, time: try envelope.time(.time), receivedTime: receivedTime)
            return try decode(channel, frame: frame, into: &events)
        }
    }

    /// Decodes a message about one contract.
    private mutating func decode(
        _ channel: MEXCFuturesChannel,
        frame: MEXCFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        let data = envelope[.data]
        switch channel {
        case .deal:
            try decodeDeals(data, frame: frame, into: &events)
            return .market(.trades)
        case .depth: return .book(try books.decode(data, frame: frame))
        case .topOfBook:
            if let quote = try tops.decode(data, frame: frame) { events.append(frame.event(.quote(quote))) }
            return .market(.quotes)
        case .kline:
            closer.take(try klines.decode(data, frame: frame), of: frame.market.index) { candle in
                events.append(frame.event(.candle(candle)))
            }
            return .market(.candles)
        case .ticker:
            _ = try tickers.symbol(of: data)
            try tickers.decode(of: frame.market, receivedTime: frame.receivedTime, into: &events)
            return .market(.tickers)
        case .fundingRate: events.append(try fundings.decode(data, .rate, frame: frame))
        case .fairPrice: events.append(try fundings.decode(data, .fairPrice, frame: frame))
        case .indexPrice: events.append(try fundings.decode(data, .indexPrice, frame: frame))
        case .tickers, .pong, .error, .reply, .leftOut: return .ignored
        }
        return .market(.funding)
    }

    private mutating func decodeDeals(
        _ data: VenueValue,
        frame: MEXCFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        guard data.isArray else {
            events.append(try deals.decode(data, frame: frame, position: 0))
            return
        }
        var tally = RowTally()
        var position = 0
        try tally.each(of: data) { row throws(FrameRefusal) in
            events.append(try deals.decode(row, frame: frame, position: position))
            position += 1
        }
        try tally.settle(into: &refusals)
    }

    private mutating func decodeTickers(
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        var tally = RowTally()
        try tally.each(of: envelope[.data]) { row throws(FrameRefusal) in
            guard let market = markets.market(try tickers.symbol(of: row)) else { return }
            try tickers.decode(of: market, receivedTime: receivedTime, into: &events)
        }
        try tally.settle(into: &refusals)
        return .market(.tickers)
    }

    enum Envelope: Int, VenueFieldName {
        case channel, symbol, data, time

        var key: String {
            switch self {
            case .channel: "channel"
            case .symbol: "symbol"
            case .data: "data"
            case .time: "ts"
            }
        }
    }
}
