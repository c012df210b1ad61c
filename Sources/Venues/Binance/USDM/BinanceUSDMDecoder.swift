import Markets

/// Turns the messages of Binance's USD-M sockets into market events; owned by one event loop.
///
/// Both paths, `/public` and `/market`, send the same fieldss, raw or combined (`{"stream":…,"data":…}`). Since June
/// 2026 an event may say its family: `st` 1 is USD-M, 2 is COIN-M, whose volumes are contracts and whose rows stand
/// among ours in all-market streams; they are left out, and so is every market that the listing had not. Unknown fields
/// and absent optional ones are tolerated. Everything else that is not understood is refused with a reason and counted.
/// Documentation: <https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams>.
struct BinanceUSDMDecoder: ~Copyable {
    /// `!ticker@arr` of every market at once is about 0.3 MB; several times that.
    static let maximumFrameBytes = 2 << 20
    static let maximumDepth = 16

    private var json = VenueParser(maximumBytes: maximumFrameBytes, maximumDepth: maximumDepth)
    private var fields = VenueFields<BinanceField>()
    private var control = BinanceControlDecoder()
    private var candles = BinanceKlineDecoder()
    private var liquidations = BinanceForceOrderDecoder()
    private var fundings = BinanceMarkPriceDecoder()
    /// The markets that are decoded; a message about any other is ignored.
    var markets: MarketTable

    /// Messages and array rows refused so far, by reason.
    private(set) var refusals = RefusalCounts()

    init(markets: MarketTable) { self.markets = markets }

    /// Decodes one message and appends its events, in the venue's order.
    ///
    /// - Returns: what the message was; rows of an array that were refused are counted and left out.
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
        if root.isArray { return decodeRows(root, receivedTime: receivedTime, into: &events) }
        fields.read(root)
        let data = fields[.data]
        if data.isArray { return decodeRows(data, receivedTime: receivedTime, into: &events) }
        guard data.isObject else { return try decodeObject(root, receivedTime: receivedTime, into: &events) }
        if Self.isPartialBook(fields[.stream]) { return .ignored }
        fields.read(data)
        return try decodeObject(data, receivedTime: receivedTime, into: &events)
    }

    /// `!ticker@arr`, `!markPrice@arr`: one event per row; a bad row is counted and does not spoil the others.
    private mutating func decodeRows(
        _ rows: VenueValue,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) -> VenueMessage {
        var message = VenueMessage.ignored
        rows.forEach { row in
            do throws(FrameRefusal) {
                fields.read(row)
                let decoded = try decodeObject(row, receivedTime: receivedTime, into: &events)
                guard decoded != .ignored else { return }
                guard case .market = decoded else { throw FrameRefusal(.shapeUnknown) }
                message = decoded
            } catch {
                refusals.add(error)
            }
        }
        return message
    }

    /// Decodes the object that the fields were read from.
    private mutating func decodeObject(
        _ object: VenueValue,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        guard let name = fields[.eventType].utf8 else {
            guard fields[.eventType].isAbsent else { throw FrameRefusal(.fieldWrongType, field: "e") }
            return try control.decode(object)
        }
        guard let type = BinanceUSDMEventType(name) else { throw FrameRefusal(.eventUnknown) }
        switch type {
        case .serverShutdown: return .closing
        case .leftOut: return .ignored
        case .forceOrder:
            if let event = try liquidations.decode(fields[.order], markets, receivedTime) { events.append(event) }
            return .market(.liquidations)
        default: break
        }
        if let family = fields[.family].integer, family != Self.usdm { return .ignored }
        guard let market = markets.market(try fields.utf8(.symbol)) else { return .ignored }
        let header = BinanceEventHeader(
            symbol: market.symbol,
            eventTime: try fields.time(.eventTime),
            receivedTime: receivedTime
        )
        return try decode(type, object, market, header: header, into: &events)
    }

    /// Decodes an event of one of our markets.
    private mutating func decode(
        _ type: BinanceUSDMEventType,
        _ object: VenueValue,
        _ market: Market,
        header: BinanceEventHeader,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        switch type {
        case .trade:
            // Trades against the insurance fund and of deleveraging were made by nobody on the market.
            guard fields[.tradeType].isAbsent || fields[.tradeType].equals("MARKET") else { return .ignored }
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
        case .miniTicker, .ticker:
            events.append(header.event(.ticker(try BinanceTickerDecoder.decode(fields, market))))
            return .market(.tickers)
        case .bookTicker:
            if let quote = try BinanceBookTickerDecoder.decode(fields, market) {
                events.append(header.event(.quote(quote)))
            }
            return .market(.quotes)
        case .markPrice:
            events.append(try fundings.decode(object, market, header: header))
            return .market(.funding)
        case .depthUpdate: return .book(try BinanceUSDMDepthDecoder.decode(fields, market, at: header.eventTime))
        case .forceOrder, .serverShutdown, .leftOut: return .ignored
        }
    }

    /// The family that is ours, in `st`.
    static let usdm: Int64 = 1

    /// `<symbol>@depth20`: the top of the book looks like a change of it, and only the stream's name tells them apart.
    private static func isPartialBook(_ stream: VenueValue) -> Bool {
        guard let name = stream.utf8, let sign = name.firstIndex(of: UInt8(ascii: "@")) else { return false }
        let rest = name[(sign + 1)...]
        let word: StaticString = "depth"
        guard rest.count > word.utf8CodeUnitCount, word.withUTF8Buffer({ rest.starts(with: $0) }) else { return false }
        return rest[rest.startIndex + word.utf8CodeUnitCount] != UInt8(ascii: "@")
    }
}
