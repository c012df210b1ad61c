import MarketFeed
import Markets

/// One made-up day of 1-minute candles, 2025-01-01 UTC, the same at every run.
enum SeedCandles {
    static func all() throws -> [VenueCandle] {
        try [("BTCUSDT", 93_576.0, 2, 0.4), ("ETHUSDT", 3_337.8, 2, 6), ("SOLUSDT", 189.3, 2, 90)].flatMap { seed in
            try day(of: seed.0, opening: seed.1, places: seed.2, typicalVolume: seed.3)
        }
    }

    private static let dayBegin = MarketTime(milliseconds: 1_735_689_600_000)

    private static func day(
        of name: String,
        opening: Double,
        places: Int,
        typicalVolume: Double
    ) throws -> [VenueCandle] {
        var noise = Noise(seed: name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        var price = opening
        return try (0..<1440).map { minute in
            let open = price
            let path = (0..<4).map { _ in
                price *= 1 + 0.0004 * noise.next()
                return price
            }
            let volume = typicalVolume * (1 + 0.9 * noise.next())
            func exact(_ value: Double, _ places: Int) throws(SeedError) -> FixedPoint {
                guard let value = FixedPoint(rounding: value, places: places) else { throw .outOfRange }
                return value
            }
            guard let symbol = Symbol(name) else { throw SeedError.outOfRange }
            let candle = Candle(
                symbol: symbol,
                interval: .oneMinute,
                openTime: dayBegin.adding(milliseconds: Int64(minute) * 60_000),
                open: Price(try exact(open, places)),
                high: Price(try exact(max(open, path.max() ?? open), places)),
                low: Price(try exact(min(open, path.min() ?? open), places)),
                close: Price(try exact(price, places)),
                volume: Quantity(try exact(volume, 5)),
                quoteVolume: Money(try exact(volume * price, 2)),
                trades: 40 + Int(30 * (1 + noise.next())),
                isClosed: true
            )
            return VenueCandle(venue: .binance, candle: candle)
        }
    }
}

enum SeedError: Error {
    case outOfRange
}

/// Numbers from −1 to 1 that depend on the seed alone (SplitMix64).
private struct Noise {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return Double(mixed >> 11) / Double(1 << 52) - 1
    }
}
