import Markets
import Testing
import Venues

/// Bybit's dialects with the markets of these tests' frames.
enum BybitBench {
    static let endpoints = VenueEndpoints(rest: "http://127.0.0.1:1", webSocket: "ws://127.0.0.1:1/")

    static func dialect(_ category: BybitCategory = .linear) -> BybitDialect {
        let dialect = BybitDialect(category, endpoints: endpoints)
        dialect.learn(instruments)
        return dialect
    }

    static let instruments: [Instrument] = [
        instrument("BTCUSDT-PERP", "BTCUSDT"), instrument("LTCUSDT-PERP", "LTCUSDT"),
        instrument("XRPUSDT-PERP", "XRPUSDT"), instrument("ICPUSDT-PERP", "ICPUSDT"),
        instrument("PIPPINUSDT-PERP", "PIPPINUSDT"), instrument("MARSCOINUSDT-PERP", "MARSCOINUSDT"),
        instrument("BTCUSDC-PERP", "BTCPERP"), instrument("PEPEUSDT-PERP", "1000PEPEUSDT", multiplier: 1000),
        instrument("BTCUSDT", "BTCUSDT"), instrument("ETHUSDT", "ETHUSDT"),
    ].compactMap(\.self)

    static func instrument(_ symbol: String, _ name: String, multiplier: Int64 = 1) -> Instrument? {
        Symbol(symbol).map { symbol in
            Instrument(
                venue: .bybit,
                symbol: symbol,
                venueSymbol: name,
                base: name,
                quote: "USDT",
                tickSize: nil,
                lotSize: nil,
                multiplier: multiplier,
                isTrading: true
            )
        }
    }
}
