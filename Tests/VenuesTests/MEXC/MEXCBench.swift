import MEXCWire
import Markets
import SwiftProtobuf
import Testing
import Venues

/// MEXC's dialects with the markets of these tests' frames.
enum MEXCBench {
    static let endpoints = VenueEndpoints(rest: "http://127.0.0.1:1", webSocket: "ws://127.0.0.1:1/")

    static func spot() -> MEXCSpotDialect {
        let dialect = MEXCSpotDialect(endpoints: endpoints)
        dialect.learn(instruments)
        return dialect
    }

    static func futures() -> MEXCFuturesDialect {
        let dialect = MEXCFuturesDialect(endpoints: endpoints)
        dialect.learn(instruments)
        return dialect
    }

    static let instruments: [Instrument] = [
        instrument("BTCUSDT", "BTCUSDT"), instrument("ETHUSDT", "ETHUSDT"),
        contract("BTC", "0.0001"), contract("ETH", "0.01"), contract("DOGE", "100"), contract("WCT", "10"),
        contract("SKHYNIXSTOCK", "0.01"), contract("BONK", "1000", listed: "1000BONK_USDT", multiplier: 1000),
    ].compactMap(\.self)

    static func contract(
        _ base: String,
        _ size: String,
        listed: String? = nil,
        multiplier: Int64 = 1
    ) -> Instrument? {
        instrument(base + "USDT-PERP", listed ?? base + "_USDT", size: size, multiplier: multiplier)
    }

    static func instrument(
        _ symbol: String,
        _ name: String,
        size: String? = nil,
        multiplier: Int64 = 1
    ) -> Instrument? {
        Symbol(symbol).map { symbol in
            Instrument(
                venue: .mexc,
                symbol: symbol,
                venueSymbol: name,
                base: name,
                quote: "USDT",
                tickSize: nil,
                lotSize: nil,
                contractSize: size.flatMap { Quantity($0) },
                multiplier: multiplier,
                isTrading: true
            )
        }
    }

    /// The bytes of a spot frame about BTCUSDT, changed as the body wants.
    static func push(_ change: (inout MEXCSpotPush) -> Void) throws -> [UInt8] {
        var push = MEXCSpotPush()
        push.channel = "spot@public.test.v3.api.pb@BTCUSDT"
        push.symbol = "BTCUSDT"
        push.sendTime = 1_790_281_243_450
        change(&push)
        return try push.serializedBytes()
    }
}
