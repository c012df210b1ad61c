import Markets

/// Turns the messages of Bybit's public sockets into market events; owned by one event loop.
///
/// Unknown fields and absent optional ones are tolerated. A frame is taken whole or refused with a reason, counted, and
/// leaves no event behind.
/// Documentation: <https://bybit-exchange.github.io/docs/v5/ws/connect>.
struct BybitDecoder: ~Copyable {
    /// A snapshot of 1,000 levels is about 50 kB, 1,024 trades 200 kB; several times that.
    static let maximumFrameBytes = 1 << 20
    static let maximumDepth = 8

    var markets = MarketTable()
    private(set) var refusals = RefusalCounts()

    private var json = VenueParser(maximumBytes: maximumFrameBytes, maximumDepth: maximumDepth)
    private var envelope = VenueFields<Envelope>()
    private var control = BybitControlDecoder()
    private var tickers = BybitTickerDecoder()
    private var trades = BybitTradeDecoder()
    private var candles = BybitKlineDecoder()
    private var books = BybitBookDecoder()
    private var best = BybitBestDecoder()
    private var liquidations = BybitLiquidationDecoder()

    /// Decodes one message and appends its events, in the venue's order.
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
        envelope.read(root)
        guard !envelope[.topic].isAbsent else { return try control.decode(root) }
        let topic = try BybitTopic(try envelope.utf8(.topic))
        guard topic.kind != .retired else { return .ignored }
        // Listed since, or of a kind that we leave out.
        guard let market = markets.market(topic.market) else { return .ignored }
        let frame = BybitFrame(
            market: market,
            name: topic.market,
            isSnapshot: try isSnapshot(),
            time: try envelope.time(.time),
            receivedTime: receivedTime
        )
        return try decode(topic.kind, frame: frame, into: &events)
    }

    private mutating func decode(
        _ kind: BybitTopic.Kind,
        frame: BybitFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        let data = envelope[.data]
        var tally = RowTally()
        let group: StreamGroup
        switch kind {
        case .ticker:
            try tickers.decode(data, frame: frame, into: &events)
            group = .tickers
        case .trades:
            try tally.each(of: data) { row throws(FrameRefusal) in
                try trades.decode(row, frame: frame, into: &events)
            }
            group = .trades
        case .candles(let interval):
            try tally.each(of: data) { row throws(FrameRefusal) in
                try candles.decode(row, interval: interval, frame: frame, into: &events)
            }
            group = .candles
        case .liquidations:
            try tally.each(of: data) { row throws(FrameRefusal) in
                try liquidations.decode(row, frame: frame, into: &events)
            }
            group = .liquidations
        case .book(let depth):
            let book = try books.decode(data, frame: frame)
            guard depth == 1 else { return .book(book) }
            best.take(book, frame: frame, into: &events)
            group = .quotes
        case .retired: return .ignored
        }
        try tally.settle(into: &refusals)
        return .market(group)
    }

    private func isSnapshot() throws(FrameRefusal) -> Bool {
        if envelope[.type].equals("snapshot") { return true }
        if envelope[.type].equals("delta") { return false }
        _ = try envelope.utf8(.type)
        throw FrameRefusal(.eventUnknown, field: Envelope.type.key)
    }

    enum Envelope: Int, VenueFieldName {
        case topic, type, time, data

        var key: String {
            switch self {
            case .topic: "topic"
            case .type: "type"
            case .time: "ts"
            case .data: "data"
            }
        }
    }
}
