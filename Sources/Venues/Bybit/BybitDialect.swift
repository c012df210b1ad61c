package import Markets

/// Bybit's public sockets, one category each: `wss://stream.bybit.com/v5/public/spot` and `…/linear`.
///
/// A followed market takes its ticker, trades, one-minute candles and, where wanted, a book of fifty levels. Best bid and
/// ask come with a perpetual's ticker, and on spot, whose ticker has none, on a stream of their own. Liquidations are
/// told of perpetuals, each market's by itself.
package final class BybitDialect: VenueDialect {
    /// 20 ms apart; one more level would be 200, at 100 ms.
    static let bookDepth = 50

    package let url: String
    private let category: BybitCategory
    private var decoder = BybitDecoder()

    package init(_ category: BybitCategory, endpoints: VenueEndpoints) {
        self.category = category
        url = endpoints.webSocket + "/v5/public/" + category.rawValue
    }

    package var name: String { category.rawValue }
    package var maximumFrameBytes: Int { BybitDecoder.maximumFrameBytes }
    package var policy: ConnectionPolicy { .bybit(category) }
    package var bookRule: BookRule? { .bybit }
    package var refusals: RefusalCounts { decoder.refusals }

    package func learn(_ instruments: [Instrument]) {
        decoder.markets.learn(instruments.filter(isOurs))
    }

    package func market(of instrument: Instrument) -> Market? {
        isOurs(instrument) ? decoder.markets.market(instrument.venueSymbol) : nil
    }

    private func isOurs(_ instrument: Instrument) -> Bool {
        instrument.venue == .bybit && instrument.symbol.isPerpetual == (category == .linear)
    }

    package var sharedStreams: [VenueStream] { [] }

    package func streams(of instrument: Instrument, withBook: Bool) -> [VenueStream] {
        guard isOurs(instrument) else { return [] }
        let market = instrument.venueSymbol
        let figures: Set<StreamGroup> = category == .linear ? [.quotes, .openInterest, .funding] : []
        var streams = [
            VenueStream("tickers." + market, .tickers, and: figures),
            VenueStream("publicTrade." + market, .trades),
            VenueStream("kline.1." + market, .candles),
        ]
        switch category {
        case .spot: streams.append(VenueStream("orderbook.1." + market, .quotes))
        case .linear: streams.append(VenueStream("allLiquidation." + market, .liquidations))
        }
        if withBook { streams.append(VenueStream("orderbook.\(Self.bookDepth)." + market, .books)) }
        return streams
    }

    package func subscription(id: Int64, streams: [String]) -> String { request("subscribe", id, streams) }

    package func unsubscription(id: Int64, streams: [String]) -> String { request("unsubscribe", id, streams) }

    /// `{"op":"subscribe","req_id":"7","args":["tickers.BTCUSDT"]}`; names hold only letters, digits, points and hyphens.
    private func request(_ operation: String, _ id: Int64, _ streams: [String]) -> String {
        let names = streams.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"op":"\#(operation)","req_id":"\#(id)","args":[\#(names)]}"#
    }

    package func decode(
        _ message: UnsafeRawBufferPointer,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage {
        try decoder.decode(message, receivedTime: receivedTime, into: &events)
    }
}
