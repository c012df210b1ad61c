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

    private var json = VenueParser(maximumBytes: maximumFrameBytes, maximumDepth: maximumDepth)
    private var fields = VenueFields<BinanceField>()
    private var control = BinanceControlDecoder()
    private var candles = BinanceKlineDecoder()
    /// The markets that are decoded; a message about any other is ignored.
    package var markets: MarketTable

    /// Messages and array rows refused so far, by reason.
    package private(set) var refusals = RefusalCounts()

    package init(markets: MarketTable) { self.markets = markets }

    /// Decodes one message and appends its events, in the venue's order.
    ///
    /// - Returns: what the message was; rows of an array that were refused are counted and left out.
    /// - Throws: why the message was not taken; it is counted already.
    package mutating func decode(
        _ message: UnsafeRawBufferPointer,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
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
    ) throws(FrameRefusal) -> VenueMessage {
        let root: VenueValue
        do { root = try json.parse(message) } catch { throw FrameRefusal(fault: error) }
        if root.isArray { return decodeRows(root, receivedTime: receivedTime, into: &events) }
        fields.read(root)
        let data = fields[.data]
        if data.isArray { return decodeRows(data, receivedTime: receivedTime, into: &events) }
        guard data.isObject else { return try decodeObject(root, receivedTime: receivedTime, into: &events) }
        fields.read(data)
        return try decodeObject(data, receivedTime: receivedTime, into: &events)
    }

    /// `!miniTicker@arr`: one event per row; a bad row is counted and does not spoil the others.
    private mutating func decodeRows(
        _ rows: VenueValue,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) -> VenueMessage {
        rows.forEach { row in
            do throws(FrameRefusal) {
                fields.read(row)
                _ = try decodeObject(row, receivedTime: receivedTime, into: &events)
            } catch {
                refusals.add(error)
            }
        }
        return .market(.tickers)
    }

    /// Decodes the object that the fields were read from.
    private mutating func decodeObject(
        _ object: VenueValue,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        guard let name = fields[.eventType].utf8 else {
            return try decodeUntyped(object, receivedTime: receivedTime, into: &events)
        }
        let type = BinanceEventType(name)
        if type == .serverShutdown { return .closing }
        guard let type else { throw FrameRefusal(.eventUnknown) }
        guard let market = try market() else { return .ignored }
        let header = BinanceEventHeader(
            symbol: market.symbol,
            eventTime: try fields.time(.eventTime),
            receivedTime: receivedTime
        )
        switch type {
        case .trade:
            let trade = try BinanceTradeDecoder.decode(fields, idField: .tradeID, market)
            events.append(header.event(.trade(trade), at: try fields.time(.tradeTime)))
            return .market(.trades)
        case .aggregateTrade:
            let trade = try BinanceTradeDecoder.decode(fields, idField: .aggregateID, market)
            events.append(header.event(.trade(trade), at: try fields.time(.tradeTime)))
            return .market(.trades)
        case .kline:
            events.append(header.event(.candle(try candles.decode(object, market))))
            return .market(.candles)
        case .miniTicker:
            events.append(header.event(.ticker(try BinanceTickerDecoder.decode(fields, market))))
        case .ticker:
            let ticker = try BinanceTickerDecoder.decode(fields, market)
            let quote = try BinanceBookTickerDecoder.decode(fields, market)
            events.append(header.event(.ticker(ticker)))
            if let quote { events.append(header.event(.quote(quote))) }
        case .depthUpdate: return .book(try BinanceDepthDecoder.decode(fields, market, at: header.eventTime))
        case .serverShutdown: return .closing
        }
        return .market(.tickers)
    }

    /// `<symbol>@bookTicker`, partial books and control replies carry no event type.
    private mutating func decodeUntyped(
        _ object: VenueValue,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        guard fields[.eventType].isAbsent else { throw FrameRefusal(.fieldWrongType, field: "e") }
        // A partial book names no market; we subscribe to none.
        if fields[.lastUpdateID].integer != nil { return .ignored }
        guard fields[.bookUpdateID].integer != nil else { return try control.decode(object) }
        guard let market = try market() else { return .ignored }
        let header = BinanceEventHeader(symbol: market.symbol, eventTime: nil, receivedTime: receivedTime)
        if let quote = try BinanceBookTickerDecoder.decode(fields, market) {
            events.append(header.event(.quote(quote)))
        }
        return .market(.quotes)
    }

    private func market() throws(FrameRefusal) -> Market? { markets.market(try fields.utf8(.symbol)) }
}
