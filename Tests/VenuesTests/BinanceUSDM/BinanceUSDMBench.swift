import Markets
import Testing
import Venues

/// Binance's USD-M dialects with the markets of these tests' frames.
enum BinanceUSDMBench {
    static let endpoints = VenueEndpoints(rest: "http://127.0.0.1:1", webSocket: "ws://127.0.0.1:1/")

    static func dialect(_ path: BinanceUSDMDialect.Path = .market) -> BinanceUSDMDialect {
        let dialect = BinanceUSDMDialect(path, endpoints: endpoints)
        dialect.learn(instruments)
        return dialect
    }

    static let instruments: [Instrument] =
        ["BTC", "ETH", "ILV", "IOTX", "SUSHI", "AKRO", "KEEP", "CTK"].compactMap { instrument($0) }
        + [instrument("PEPE", listed: "1000PEPEUSDT", multiplier: 1000), spot].compactMap(\.self)

    /// A spot market of the same name, which is none of theirs.
    private static let spot = Symbol("BTCUSDT").map { symbol in
        Instrument(
            venue: .binance,
            symbol: symbol,
            venueSymbol: "BTCUSDT",
            base: "BTC",
            quote: "USDT",
            tickSize: nil,
            lotSize: nil,
            isTrading: true
        )
    }

    static func instrument(_ base: String, listed: String? = nil, multiplier: Int64 = 1) -> Instrument? {
        Symbol(base + "USDT-PERP").map { symbol in
            Instrument(
                venue: .binance,
                symbol: symbol,
                venueSymbol: listed ?? base + "USDT",
                base: base,
                quote: "USDT",
                tickSize: nil,
                lotSize: nil,
                multiplier: multiplier,
                isTrading: true
            )
        }
    }
}
