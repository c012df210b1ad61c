package import Markets

/// OKX's two market data sockets: `/ws/v5/public`, and `/ws/v5/business` for candles, which the other refuses.
///
/// A followed market takes on the public socket its ticker, which holds the best bid and ask, and its trades, a swap also
/// open interest, funding rate, mark and index price, and its book of 400 levels where wanted; on the business socket
/// one-minute candles. The liquidations of all swaps come on one stream.
package final class OKXDialect: VenueDialect {
    package enum Socket: String, CaseIterable, Hashable, Sendable {
        case `public`, business
    }

    package let url: String
    private let socket: Socket
    private var decoder = OKXDecoder()

    package init(_ socket: Socket, endpoints: VenueEndpoints) {
        self.socket = socket
        url = endpoints.webSocket + "/ws/v5/" + socket.rawValue
    }

    package var name: String { socket.rawValue }
    package var maximumFrameBytes: Int { OKXDecoder.maximumFrameBytes }
    package var policy: ConnectionPolicy { .okx }
    package var bookRule: BookRule? { socket == .public ? .okx : nil }
    package var refusals: RefusalCounts { decoder.refusals }

    package func learn(_ instruments: [Instrument]) {
        decoder.markets.learn(instruments.filter { $0.venue == .okx })
    }

    package func market(of instrument: Instrument) -> Market? {
        instrument.venue == .okx ? decoder.markets.market(instrument.venueSymbol) : nil
    }

    package var sharedStreams: [VenueStream] {
        guard socket == .public else { return [] }
        let name = OKXStream(channel: OKXStream.liquidations, subject: "SWAP").name
        return [VenueStream(name, .liquidations, markets: 100)]
    }

    package func streams(of instrument: Instrument, withBook: Bool) -> [VenueStream] {
        guard instrument.venue == .okx else { return [] }
        func stream(_ channel: String, _ group: StreamGroup, and others: Set<StreamGroup> = []) -> VenueStream {
            VenueStream(OKXStream(channel: channel, subject: instrument.venueSymbol).name, group, and: others)
        }
        guard socket == .public else { return [stream("candle1m", .candles)] }
        var streams = [stream("tickers", .tickers, and: [.quotes]), stream("trades", .trades)]
        if instrument.symbol.isPerpetual {
            streams.append(stream("open-interest", .openInterest))
            streams.append(stream("funding-rate", .funding))
            streams.append(stream("mark-price", .funding))
            streams.append(index(of: instrument))
        }
        if withBook { streams.append(stream("books", .books)) }
        return streams
    }

    private func index(of swap: Instrument) -> VenueStream {
        let name = swap.venueSymbol.hasSuffix("-SWAP") ? String(swap.venueSymbol.dropLast(5)) : swap.venueSymbol
        return VenueStream(OKXStream(channel: "index-tickers", subject: name).name, .funding)
    }

    package func subscription(id: Int64, streams: [String]) -> String { request("subscribe", streams) }

    package func unsubscription(id: Int64, streams: [String]) -> String { request("unsubscribe", streams) }

    /// `{"op":"subscribe","args":[{"channel":"tickers","instId":"BTC-USDT"}]}`; answers name the stream, so that a number
    /// is not needed.
    private func request(_ operation: String, _ streams: [String]) -> String {
        let arguments = streams.map(OKXStream.argument).joined(separator: ",")
        return #"{"op":"\#(operation)","args":[\#(arguments)]}"#
    }

    package func decode(
        _ message: UnsafeRawBufferPointer,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        try decoder.decode(message, receivedTime: receivedTime, into: &events)
    }
}
