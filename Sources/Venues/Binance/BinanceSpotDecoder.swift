package import Markets

/// Turns Binance spot WebSocket messages into market events; owned by one event loop.
///
/// Takes raw events (`/ws/…`) and combined ones (`{"stream":…,"data":…}`). Unknown fields and absent optional ones are
/// tolerated. Everything else that is not understood is refused with a reason, counted, and leaves no event behind.
/// Documentation: <https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams>.
package struct BinanceSpotDecoder: ~Copyable {
    /// `!miniTicker@arr` of every market at once is about 0.5 MB; four times that.
    package static let maximumFrameBytes = 2 << 20
    static let maximumDepth = 16

    private var json = JSONParser(maximumBytes: maximumFrameBytes, maximumDepth: maximumDepth)
    private var envelope = JSONFields<Envelope>()
    private var control = BinanceControlDecoder()
    private var trades = BinanceTradeDecoder()
    private var candles = BinanceKlineDecoder()
    private var tickers = BinanceTickerDecoder()
    private var quotes = BinanceBookTickerDecoder()
    private var symbols = SymbolTable()

    /// Messages and array rows refused so far, by reason.
    package private(set) var refusals = RefusalCounts()

    package init() {}

    /// Decodes one message and appends its events, in the venue's order.
    ///
    /// - Returns: what the message was; rows of an array that were refused are counted and left out.
    /// - Throws: why the message was not taken; it is counted already.
    package mutating func decode(
        _ message: UnsafeRawBufferPointer,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> BinanceSpotMessage {
        do {
            return try decodeUncounted(message, receivedTime: receivedTime, into: &events)
        } catch {
            refusals.add(error)
            throw error
        }
    }

    private mutating func decodeUncounted(
        _ message: UnsafeRawBufferPointer,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> BinanceSpotMessage {
        let root: JSONValue
        do { root = try json.parse(message) } catch { throw FrameRefusal(fault: error) }
        if root.isArray { return decodeRows(root, receivedTime: receivedTime, into: &events) }
        envelope.read(root)
        let data = envelope[.data]
        if data.isArray { return decodeRows(data, receivedTime: receivedTime, into: &events) }
        guard data.isObject else { return try decodeObject(root, receivedTime: receivedTime, into: &events) }
        envelope.read(data)
        return try decodeObject(data, receivedTime: receivedTime, into: &events)
    }

    /// `!miniTicker@arr`: one event per row; a bad row is counted and does not spoil the others.
    private mutating func decodeRows(
        _ rows: JSONValue,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) -> BinanceSpotMessage {
        rows.forEach { row in
            do throws(FrameRefusal) {
                envelope.read(row)
                _ = try decodeObject(row, receivedTime: receivedTime, into: &events)
            } catch {
                refusals.add(error)
            }
        }
        return .market
    }

    /// Decodes the object that the envelope was read from.
    private mutating func decodeObject(
        _ object: JSONValue,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> BinanceSpotMessage {
        guard let type = envelope[.eventType].utf8 else {
            return try decodeUntyped(object, receivedTime: receivedTime, into: &events)
        }
        switch BinanceEventType(type) {
        case .trade:
            events.append(try trades.decode(object, idField: .tradeID, header: header(receivedTime)))
        case .aggregateTrade:
            events.append(try trades.decode(object, idField: .aggregateID, header: header(receivedTime)))
        case .kline:
            events.append(try candles.decode(object, header: header(receivedTime)))
        case .miniTicker:
            events.append(try tickers.decode(object, header: header(receivedTime)))
        case .ticker:
            let header = try header(receivedTime)
            let ticker = try tickers.decode(object, header: header)
            let quote = try quotes.decode(object, header: header)
            events.append(ticker)
            if let quote { events.append(quote) }
        case .depthUpdate: return .depth
        case .serverShutdown: return .serverShutdown
        case nil: throw FrameRefusal(.eventUnknown)
        }
        return .market
    }

    /// `<symbol>@bookTicker`, partial books and control replies carry no event type.
    private mutating func decodeUntyped(
        _ object: JSONValue,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> BinanceSpotMessage {
        guard envelope[.eventType].isAbsent else { throw FrameRefusal(.fieldWrongType, field: "e") }
        if envelope[.lastUpdateID].integer != nil { return .depth }
        if envelope[.bookUpdateID].integer != nil {
            let header = BinanceEventHeader(symbol: try symbol(), eventTime: nil, receivedTime: receivedTime)
            if let quote = try quotes.decode(object, header: header) { events.append(quote) }
            return .market
        }
        return try control.decode(object)
    }

    private mutating func header(_ receivedTime: MarketTime) throws(FrameRefusal) -> BinanceEventHeader {
        BinanceEventHeader(
            symbol: try symbol(),
            eventTime: try envelope.time(.eventTime),
            receivedTime: receivedTime
        )
    }

    private mutating func symbol() throws(FrameRefusal) -> Symbol {
        guard let symbol = symbols.symbol(try envelope.utf8(.symbol)) else {
            throw FrameRefusal(.symbolInvalid, field: Envelope.symbol.key)
        }
        return symbol
    }

    enum Envelope: Int, JSONFieldName {
        case data, eventType, eventTime, symbol, bookUpdateID, lastUpdateID

        var key: String {
            switch self {
            case .data: "data"
            case .eventType: "e"
            case .eventTime: "E"
            case .symbol: "s"
            case .bookUpdateID: "u"
            case .lastUpdateID: "lastUpdateId"
            }
        }
    }
}
