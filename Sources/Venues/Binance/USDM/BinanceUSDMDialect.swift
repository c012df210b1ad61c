package import Markets

/// One of the two paths over which Binance sends USD-M market data since April 2026: `/public` carries best bid and ask
/// and books, `/market` everything else.
///
/// A stream asked for on the wrong path is granted and stays silent, so each path knows its own. The all-market streams
/// bring 24-hour figures, mark prices with funding, and liquidations; a followed market adds its trades and candles on
/// one path, its best bid and ask and, where wanted, its book on the other.
/// Documentation: <https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams>.
package final class BinanceUSDMDialect: VenueDialect {
    package enum Path: String, CaseIterable, Sendable {
        case `public`, market
    }

    package let url: String
    private let path: Path
    private var decoder = BinanceUSDMDecoder(markets: MarketTable())

    /// A dialect of one path.
    ///
    /// - Parameters:
    ///   - path: which streams it carries.
    ///   - endpoints: where to connect.
    package init(_ path: Path, endpoints: VenueEndpoints) {
        self.path = path
        url = endpoints.webSocket + "/" + path.rawValue + "/stream"
    }

    package var name: String { "usdm-" + path.rawValue }
    package var maximumFrameBytes: Int { BinanceUSDMDecoder.maximumFrameBytes }
    package var policy: ConnectionPolicy { .binanceUSDM }
    package var bookRule: BookRule? { path == .public ? .binanceUSDM : nil }
    package var refusals: RefusalCounts { decoder.refusals }

    package func learn(_ instruments: [Instrument]) { decoder.markets.learn(instruments.filter(Self.isOurs)) }

    package func market(of instrument: Instrument) -> Market? {
        Self.isOurs(instrument) ? decoder.markets.market(instrument.venueSymbol) : nil
    }

    private static func isOurs(_ instrument: Instrument) -> Bool {
        instrument.venue == .binance && instrument.symbol.isPerpetual
    }

    package var sharedStreams: [VenueStream] {
        switch path {
        case .public: []
        case .market:
            [
                VenueStream("!ticker@arr", .tickers, markets: 100),
                VenueStream("!markPrice@arr@1s", .funding, markets: 100),
                VenueStream("!forceOrder@arr", .liquidations, markets: 100),
            ]
        }
    }

    package func streams(of instrument: Instrument, withBook: Bool) -> [VenueStream] {
        guard Self.isOurs(instrument) else { return [] }
        let name = instrument.venueSymbol.lowercased()
        switch path {
        case .public:
            let quotes = VenueStream("\(name)@bookTicker", .quotes)
            return withBook ? [quotes, VenueStream("\(name)@depth@100ms", .books)] : [quotes]
        case .market:
            return [VenueStream("\(name)@aggTrade", .trades), VenueStream("\(name)@kline_1m", .candles)]
        }
    }

    package func subscription(id: Int64, streams: [String]) -> String {
        Self.request("SUBSCRIBE", id, streams)
    }

    package func unsubscription(id: Int64, streams: [String]) -> String {
        Self.request("UNSUBSCRIBE", id, streams)
    }

    /// `{"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1}`; names hold only letters, digits and `@_!`.
    private static func request(_ method: String, _ id: Int64, _ streams: [String]) -> String {
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
