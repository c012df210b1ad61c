package import Markets

/// MEXC's spot socket, whose market data is protobuf.
///
/// A followed market takes its trades, best bid and ask, one-minute candles and, where wanted, its book; there is no
/// stream of 24-hour figures. A connection carries 30 streams, so a few markets each.
/// Documentation: <https://mexcdevelop.github.io/apidocs/spot_v3_en/#websocket-market-streams>.
package final class MEXCSpotDialect: VenueDialect {
    package let url: String
    private var decoder = MEXCSpotDecoder(markets: MarketTable())

    package init(endpoints: VenueEndpoints) { url = endpoints.webSocket + "/ws" }

    package var name: String { "spot" }
    package var maximumFrameBytes: Int { MEXCSpotDecoder.maximumFrameBytes }
    package var policy: ConnectionPolicy { .mexcSpot }
    package var bookRule: BookRule? { .mexcSpot }
    package var refusals: RefusalCounts { decoder.refusals }

    package func learn(_ instruments: [Instrument]) { decoder.markets.learn(instruments.filter(Self.isOurs)) }

    package func market(of instrument: Instrument) -> Market? {
        Self.isOurs(instrument) ? decoder.markets.market(instrument.venueSymbol) : nil
    }

    private static func isOurs(_ instrument: Instrument) -> Bool {
        instrument.venue == .mexc && !instrument.symbol.isPerpetual
    }

    package var sharedStreams: [VenueStream] { [] }

    package func streams(of instrument: Instrument, withBook: Bool) -> [VenueStream] {
        guard Self.isOurs(instrument) else { return [] }
        let name = instrument.venueSymbol
        var streams = [
            VenueStream("spot@public.aggre.deals.v3.api.pb@100ms@\(name)", .trades),
            VenueStream("spot@public.aggre.bookTicker.v3.api.pb@100ms@\(name)", .quotes),
            VenueStream("spot@public.kline.v3.api.pb@\(name)@Min1", .candles),
        ]
        if withBook { streams.append(VenueStream("spot@public.aggre.depth.v3.api.pb@100ms@\(name)", .books)) }
        return streams
    }

    package func subscription(id: Int64, streams: [String]) -> String { request("SUBSCRIPTION", id, streams) }

    package func unsubscription(id: Int64, streams: [String]) -> String { request("UNSUBSCRIPTION", id, streams) }

    /// `{"method":"SUBSCRIPTION","params":["spot@…@BTCUSDT"],"id":1}`; names hold only letters, digits, points and `@`.
    private func request(_ method: String, _ id: Int64, _ streams: [String]) -> String {
        let names = streams.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"method":"\#(method)","params":[\#(names)],"id":\#(id)}"#
    }

    package func decode(
        _ message: UnsafeRawBufferPointer,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        try decoder.decode(message, receivedTime: receivedTime, into: &events)
    }
}
