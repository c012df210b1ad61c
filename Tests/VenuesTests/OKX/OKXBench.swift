import Markets
import Testing
import Venues

/// OKX's dialects with the markets of these tests' frames.
enum OKXBench {
    static let endpoints = VenueEndpoints(rest: "http://127.0.0.1:1", webSocket: "ws://127.0.0.1:1")

    static func dialect(_ socket: OKXDialect.Socket = .public) -> OKXDialect {
        let dialect = OKXDialect(socket, endpoints: endpoints)
        dialect.learn(instruments)
        return dialect
    }

    static let instruments: [Instrument] = [
        instrument("BTCUSDT", "BTC-USDT"), instrument("BTCUSDT-PERP", "BTC-USDT-SWAP", contract: "0.01"),
        instrument("CELOUSDT-PERP", "CELO-USDT-SWAP", contract: "1"),
        instrument("CNPYUSDT-PERP", "CNPY-USDT-SWAP", contract: "10"),
        instrument("WNCGUSDT-PERP", "WNCG-USDT-SWAP", contract: "1"),
        instrument("RENUSDT-PERP", "REN-USDT-SWAP", contract: "10"),
    ].compactMap(\.self)

    static func instrument(_ symbol: String, _ name: String, contract: String? = nil) -> Instrument? {
        Symbol(symbol).map { symbol in
            Instrument(
                venue: .okx,
                symbol: symbol,
                venueSymbol: name,
                base: name,
                quote: "USDT",
                tickSize: nil,
                lotSize: nil,
                contractSize: contract.flatMap { Quantity($0) },
                isTrading: true
            )
        }
    }
}
