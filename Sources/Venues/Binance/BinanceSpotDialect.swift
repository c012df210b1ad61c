package import Markets

/// Binance spot's combined streams.
///
/// Every followed market takes trades, one-minute candles and the best bid and ask; the first connection also carries
/// `!miniTicker@arr`, the 24-hour figures of every market that changed, once a second.
/// Documentation: <https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams>.
package final class BinanceSpotDialect: VenueDialect {
    package let url: String
    private var decoder = BinanceSpotDecoder(markets: MarketTable())

    package init(endpoints: VenueEndpoints) { url = endpoints.webSocket + "/stream" }

    package var name: String { "spot" }
    package var maximumFrameBytes: Int { BinanceSpotDecoder.maximumFrameBytes }
    package var policy: ConnectionPolicy { ConnectionPolicy() }
    package var bookRule: BookRule? { .binanceSpot }
    package var refusals: RefusalCounts { decoder.refusals }

    package func learn(_ instruments: [Instrument]) {
        decoder.markets.learn(instruments.filter(Self.isOurs))
    }

    package func market(of instrument: Instrument) -> Market? {
        Self.isOurs(instrument) ? decoder.markets.market(instrument.venueSymbol) : nil
    }

    private static func isOurs(_ instrument: Instrument) -> Bool {
        instrument.venue == .binance && !instrument.symbol.isPerpetual
    }

    package let sharedStreams = [VenueStream("!miniTicker@arr", .tickers, markets: 100)]

    package func streams(of instrument: Instrument, withBook: Bool) -> [VenueStream] {
        guard Self.isOurs(instrument) else { return [] }
        let name = instrument.venueSymbol.lowercased()
        let streams = [
            VenueStream("\(name)@trade", .trades),
            VenueStream("\(name)@kline_1m", .candles),
            VenueStream("\(name)@bookTicker", .quotes),
        ]
        return withBook ? streams + [VenueStream("\(name)@depth@100ms", .books)] : streams
    }

    package func subscription(id: Int64, streams: [String]) -> String { request("SUBSCRIBE", id, streams) }

    package func unsubscription(id: Int64, streams: [String]) -> String { request("UNSUBSCRIBE", id, streams) }

    /// `{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}`; the names hold only letters, digits and `@_!`.
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
