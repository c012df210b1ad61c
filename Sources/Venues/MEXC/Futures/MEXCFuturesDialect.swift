package import Markets

/// MEXC's futures socket.
///
/// `sub.tickers` brings every contract's 24-hour figures each two seconds. A followed contract adds its trades, candles,
/// the top of its book, its own ticker, which has open interest and funding as well, and, where wanted, its book. The
/// venue publishes no liquidations.
/// Documentation: <https://mexcdevelop.github.io/apidocs/contract_v1_en/#websocket-api>.
package final class MEXCFuturesDialect: VenueDialect {
    /// Levels of ``MEXCFuturesTopDecoder``, of which only the first is wanted; 5 is the least.
    static let topLevels = 5

    package let url: String
    private var decoder = MEXCFuturesDecoder(markets: MarketTable())

    package init(endpoints: VenueEndpoints) { url = endpoints.webSocket + "/edge" }

    package var name: String { "futures" }
    package var maximumFrameBytes: Int { MEXCFuturesDecoder.maximumFrameBytes }
    package var policy: ConnectionPolicy { .mexcFutures }
    package var bookRule: BookRule? { .mexcFutures }
    package var refusals: RefusalCounts { decoder.refusals }

    package func learn(_ instruments: [Instrument]) { decoder.markets.learn(instruments.filter(Self.isOurs)) }

    package func market(of instrument: Instrument) -> Market? {
        Self.isOurs(instrument) ? decoder.markets.market(instrument.venueSymbol) : nil
    }

    private static func isOurs(_ instrument: Instrument) -> Bool {
        instrument.venue == .mexc && instrument.symbol.isPerpetual
    }

    package var sharedStreams: [VenueStream] { [VenueStream("sub.tickers:", .tickers, markets: 100)] }

    /// A stream is named by its method, a colon and the contract, so that a reply can be told from others.
    package func streams(of instrument: Instrument, withBook: Bool) -> [VenueStream] {
        guard Self.isOurs(instrument) else { return [] }
        let name = instrument.venueSymbol
        var streams = [
            VenueStream("sub.deal:" + name, .trades),
            VenueStream("sub.kline:" + name, .candles),
            VenueStream("sub.depth.full:" + name, .quotes),
            VenueStream("sub.ticker:" + name, .tickers, and: [.openInterest]),
        ]
        if withBook { streams.append(VenueStream("sub.depth:" + name, .books)) }
        return streams
    }

    package func subscription(id: Int64, streams: [String]) -> String { Self.request(streams, prefix: "") }

    package func unsubscription(id: Int64, streams: [String]) -> String { Self.request(streams, prefix: "un") }

    /// `{"method":"sub.kline","param":{"symbol":"BTC_USDT","interval":"Min1"}}`: one stream in a request, and no number.
    private static func request(_ streams: [String], prefix: String) -> String {
        let parts = (streams.first ?? "").split(separator: ":", omittingEmptySubsequences: false)
        let method = parts.first ?? ""
        var parameters: [String] = []
        if let contract = parts.last, !contract.isEmpty { parameters.append(#""symbol":"\#(contract)""#) }
        if method == "sub.kline" { parameters.append(#""interval":"Min1""#) }
        if method == "sub.depth.full" { parameters.append(#""limit":\#(topLevels)"#) }
        return #"{"method":"\#(prefix)\#(method)","param":{\#(parameters.joined(separator: ","))}}"#
    }

    package func decode(
        _ message: UnsafeRawBufferPointer,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        try decoder.decode(message, receivedTime: receivedTime, into: &events)
    }
}
