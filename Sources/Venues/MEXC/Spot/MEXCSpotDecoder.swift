import MEXCWire
import Markets
import SwiftProtobuf

/// Turns the messages of MEXC's spot socket into market events; owned by one event loop.
///
/// Data comes as protobuf (`MEXCSpotPush.proto`), replies as JSON text on the same socket, told apart by their first byte.
/// A frame with a channel and no body is sent now and then and means nothing. Unknown fields and bodies are skipped.
/// Everything else that is not understood is refused with a reason and counted.
/// Documentation: <https://mexcdevelop.github.io/apidocs/spot_v3_en/#websocket-market-streams>.
struct MEXCSpotDecoder: ~Copyable {
    /// A depth frame of a busy 100 ms is some 20 kB; many times that.
    static let maximumFrameBytes = 1 << 20

    private static let options: BinaryDecodingOptions = {
        var options = BinaryDecodingOptions()
        // A level stands in a depth in a frame.
        options.messageDepthLimit = 4
        options.discardUnknownFields = true
        return options
    }()

    private var control = MEXCSpotControlDecoder()
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
            // No protobuf message begins with this byte: it would be a group, which proto3 has not.
            guard message.first == UInt8(ascii: "{") else {
                return try decodePush(message, receivedTime: receivedTime, into: &events)
            }
            let reply = try control.decode(message)
            if case .acknowledged(.stream(let name)) = reply { forgetCandle(of: name) }
            return reply
        } catch {
            events.removeSubrange(before...)
            refusals.add(error)
            throw error
        }
    }

    private mutating func decodePush(
        _ message: UnsafeRawBufferPointer,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        guard message.count <= Self.maximumFrameBytes else { throw FrameRefusal(.tooLarge) }
        let push: MEXCSpotPush
        do {
            push = try MEXCSpotPush(serializedBytes: message.bytes, options: Self.options)
        } catch {
            throw FrameRefusal(error as? BinaryDecodingError == .messageDepthLimit ? .tooDeep : .malformed)
        }
        guard let body = push.body else { return .ignored }
        guard !push.symbol.isEmpty else { throw FrameRefusal(.fieldMissing, field: "symbol") }
        guard let market = markets.market(push.symbol) else { return .ignored }
        let frame = MEXCFrame(market: market, time: try Self.time(of: push), receivedTime: receivedTime)
        return try decode(body, frame: frame, into: &events)
    }

    /// A kline's frame has the time of its making, every other the time of its sending.
    private static func time(of push: MEXCSpotPush) throws(FrameRefusal) -> MarketTime? {
        if push.hasSendTime { return try MEXCText.time(push.sendTime, "sendTime") }
        return push.hasCreateTime ? try MEXCText.time(push.createTime, "createTime") : nil
    }

    private mutating func decode(
        _ body: MEXCSpotPush.OneOf_Body,
        frame: MEXCFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        switch body {
        case .deals(let body):
            try decode(body.deals, frame: frame, into: &events)
            return .market(.trades)
        case .bookTicker(let body):
            if let quote = try body.quote(of: frame.market) { events.append(frame.event(.quote(quote))) }
            return .market(.quotes)
        case .bookTickerBatch(let body):
            for item in body.items {
                if let quote = try item.quote(of: frame.market) { events.append(frame.event(.quote(quote))) }
            }
            return .market(.quotes)
        case .kline(let body):
            closer.take(try body.candle(of: frame.market), of: frame.market.index) { candle in
                events.append(frame.event(.candle(candle)))
            }
            return .market(.candles)
        case .depth(let body): return .book(try body.bookFrame(of: frame.market, at: frame.time))
        case .limitDepth(let body): return .book(try body.bookFrame(of: frame.market, at: frame.time))
        }
    }

    /// A bad trade is counted and does not spoil the others, unless there are no others.
    private mutating func decode(
        _ deals: [MEXCSpotDeal],
        frame: MEXCFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        let before = events.count
        var refused: FrameRefusal?
        for (position, deal) in deals.enumerated() {
            do throws(FrameRefusal) {
                let (trade, time) = try deal.trade(of: frame.market, position: position)
                events.append(frame.event(.trade(trade), at: time))
            } catch {
                if let refused { refusals.add(refused) }
                refused = error
            }
        }
        guard let refused else { return }
        guard events.count > before else { throw refused }
        refusals.add(refused)
    }

    /// A stream that begins anew may have missed the end of the candle that we hold.
    private mutating func forgetCandle(of stream: String) {
        // spot@public.kline.v3.api.pb@BTCUSDT@Min1
        let parts = stream.split(separator: "@")
        guard parts.count == 4, parts[1].hasPrefix("public.kline"), let market = markets.market(String(parts[2])) else {
            return
        }
        var name = parts[3]
        if let interval = name.withUTF8({ CandleInterval(mexc: $0) }) { closer.forget(market.index, interval) }
    }
}
