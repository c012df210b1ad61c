package import Markets
package import Venues

/// A family of a venue's sockets, as the fuzzer speaks to it.
package enum FuzzFamily: String, CaseIterable, Sendable {
    case binanceSpot, binancePublic, binanceMarket
    case bybitSpot, bybitLinear
    case okxPublic, okxBusiness
    case mexcSpot, mexcFutures

    package var venue: Venue {
        switch self {
        case .binanceSpot, .binancePublic, .binanceMarket: .binance
        case .bybitSpot, .bybitLinear: .bybit
        case .okxPublic, .okxBusiness: .okx
        case .mexcSpot, .mexcFutures: .mexc
        }
    }

    /// A new decoder that knows the markets of ``frames``.
    package func dialect() -> any VenueDialect {
        let endpoints = VenueEndpoints(rest: "http://127.0.0.1:1", webSocket: "ws://127.0.0.1:1")
        let dialect: any VenueDialect =
            switch self {
            case .binanceSpot: BinanceSpotDialect(endpoints: endpoints)
            case .binancePublic: BinanceUSDMDialect(.public, endpoints: endpoints)
            case .binanceMarket: BinanceUSDMDialect(.market, endpoints: endpoints)
            case .bybitSpot: BybitDialect(.spot, endpoints: endpoints)
            case .bybitLinear: BybitDialect(.linear, endpoints: endpoints)
            case .okxPublic: OKXDialect(.public, endpoints: endpoints)
            case .okxBusiness: OKXDialect(.business, endpoints: endpoints)
            case .mexcSpot: MEXCSpotDialect(endpoints: endpoints)
            case .mexcFutures: MEXCFuturesDialect(endpoints: endpoints)
            }
        dialect.learn(instruments)
        return dialect
    }

    /// Messages of the family as its venue sends them, each of which its decoder takes.
    package var frames: [[UInt8]] {
        switch self {
        case .binanceSpot: FuzzFrames.binanceSpot.map { Array($0.utf8) }
        case .binancePublic, .binanceMarket: FuzzFrames.binancePerpetual.map { Array($0.utf8) }
        case .bybitSpot, .bybitLinear: FuzzFrames.bybit.map { Array($0.utf8) }
        case .okxPublic, .okxBusiness: FuzzFrames.okx.map { Array($0.utf8) }
        case .mexcSpot: FuzzFrames.mexcSpot
        case .mexcFutures: FuzzFrames.mexcFutures.map { Array($0.utf8) }
        }
    }

    /// The markets of the frames, one of which is traded by the thousand.
    package var instruments: [Instrument] {
        let listed: [Instrument?] =
            switch self {
            case .binanceSpot: ["BTCUSDT", "AUSDT", "DOGEBNB", "币安人生USDT"].map { instrument($0, $0) }
            case .binancePublic, .binanceMarket:
                [
                    instrument("BTCUSDT-PERP", "BTCUSDT"),
                    instrument("PEPEUSDT-PERP", "1000PEPEUSDT", multiplier: 1000),
                ]
            case .bybitSpot: [instrument("BTCUSDT", "BTCUSDT")]
            case .bybitLinear:
                [
                    instrument("BTCUSDT-PERP", "BTCUSDT"),
                    instrument("PEPEUSDT-PERP", "1000PEPEUSDT", multiplier: 1000),
                ]
            case .okxPublic, .okxBusiness:
                [instrument("BTCUSDT", "BTC-USDT"), instrument("BTCUSDT-PERP", "BTC-USDT-SWAP", contract: "0.01")]
            case .mexcSpot: [instrument("BTCUSDT", "BTCUSDT")]
            case .mexcFutures: [instrument("BTCUSDT-PERP", "BTC_USDT", contract: "0.0001")]
            }
        return listed.compactMap(\.self)
    }

    private func instrument(
        _ symbol: String,
        _ name: String,
        contract: String? = nil,
        multiplier: Int64 = 1
    ) -> Instrument? {
        Symbol(symbol).map { symbol in
            Instrument(
                venue: venue,
                symbol: symbol,
                venueSymbol: name,
                base: name,
                quote: "USDT",
                tickSize: nil,
                lotSize: nil,
                contractSize: contract.flatMap { Quantity($0) },
                multiplier: multiplier,
                isTrading: true
            )
        }
    }
}
