package import Markets

/// Spreads the streams of the chosen markets over a fixed number of connections, and keeps each market where it is.
///
/// Every market takes three streams (trades, one-minute candles, best bid and ask) of one connection; the first
/// connection also carries `!miniTicker@arr`, the 24-hour figures of every market that changed, once a second.
package struct BinanceStreams {
    static let allMiniTickers = "!miniTicker@arr"
    static let perMarket = 3

    package private(set) var shards: [[Symbol]]
    private var venueSymbols: [Symbol: String] = [:]

    /// - Parameters:
    ///   - marketLimit: the most markets ever chosen at once.
    ///   - streamsPerConnection: the most streams put on one connection.
    package init(marketLimit: Int, streamsPerConnection: Int) {
        precondition(marketLimit >= 0 && streamsPerConnection > Self.perMarket, "a connection has room for a market")
        // One place of every connection is kept free, so that the all-market stream fits on the first.
        let marketsPerConnection = (streamsPerConnection - 1) / Self.perMarket
        shards = Array(repeating: [], count: max(1, (marketLimit + marketsPerConnection - 1) / marketsPerConnection))
    }

    /// Takes over a new choice of markets, most wanted first, and returns those that were not carried before.
    package mutating func choose(_ instruments: [Instrument]) -> [Symbol] {
        let chosen = Set(instruments.map(\.symbol))
        let carried = Set(shards.joined())
        for index in shards.indices { shards[index].removeAll { !chosen.contains($0) } }
        venueSymbols = instruments.reduce(into: [:]) { $0[$1.symbol] = $1.venueSymbol }
        var added: [Symbol] = []
        for instrument in instruments where !carried.contains(instrument.symbol) {
            guard let emptiest = shards.indices.min(by: { shards[$0].count < shards[$1].count }) else { break }
            shards[emptiest].append(instrument.symbol)
            added.append(instrument.symbol)
        }
        return added
    }

    /// The stream names of one connection, in lower case as the venue wants them there.
    package func names(shard: Int) -> [String] {
        let markets = shards[shard].compactMap { venueSymbols[$0]?.lowercased() }
        let own = markets.flatMap { ["\($0)@trade", "\($0)@kline_1m", "\($0)@bookTicker"] }
        return shard == 0 ? [Self.allMiniTickers] + own : own
    }

    /// `{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}`; the names hold only letters, digits and `@_!`.
    package static func request(_ method: String, id: Int64, streams: [String]) -> String {
        let names = streams.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"method":"\#(method)","params":[\#(names)],"id":\#(id)}"#
    }
}
