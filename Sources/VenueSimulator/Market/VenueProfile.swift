import Foundation
import Markets

/// Which markets a venue lists and how it spells and counts them.
///
/// The four venues trade the same coins of one seeded world; what differs is here. Two things are made to catch a
/// careless reader: `MOON` is one coin on Bybit and another, a hundred times dearer, on MEXC; and every venue has a
/// halted spot market (`TOMO`) and a delisted perpetual (`FTT`).
struct VenueProfile: Sendable {
    let venue: Venue
    /// Assets of the table that are listed against USDT, busiest first.
    let spotAssets: Int
    /// The quote assets besides USDT.
    let otherQuotes: Set<String>
    /// Between base and quote of a spot market, and of a perpetual.
    let separators: (spot: String, perpetual: String)
    /// After a perpetual's quote.
    let perpetualSuffix: String
    /// Assets whose perpetual has a thousand of them for its unit, and the name it goes by.
    let thousands: [String: String]
    /// What a contract is worth at most, in dollars; nil where perpetuals are counted in the base asset.
    let contractDollars: Double?
    /// Digits after the point of a number of contracts.
    let contractPlaces: Int
    /// Coins beyond the table's.
    let extras: [Asset]

    static let perpetuals = 150

    static func of(_ venue: Venue) -> VenueProfile {
        switch venue {
        case .binance:
            VenueProfile(
                venue: .binance,
                spotAssets: .max,
                otherQuotes: ["BTC", "ETH", "USDC", "FDUSD"],
                separators: ("", ""),
                perpetualSuffix: "",
                thousands: thousands(["PEPE", "SHIB", "BONK", "FLOKI", "LUNC", "XEC"]),
                contractDollars: nil,
                contractPlaces: 0,
                extras: [lifeCoin]
            )
        case .bybit:
            VenueProfile(
                venue: .bybit,
                spotAssets: 200,
                otherQuotes: ["BTC", "USDC"],
                separators: ("", ""),
                perpetualSuffix: "",
                thousands: thousands(["PEPE", "BONK", "FLOKI", "LUNC", "XEC"]).merging(["SHIB": "SHIB1000"]) { $1 },
                contractDollars: nil,
                contractPlaces: 0,
                extras: [Asset(name: "MOON", referencePrice: 0.0421, dayTurnover: 2.4e6, coin: "Moonlight")]
            )
        case .okx:
            VenueProfile(
                venue: .okx,
                spotAssets: 160,
                otherQuotes: ["BTC", "USDC"],
                separators: ("-", "-"),
                perpetualSuffix: "-SWAP",
                thousands: [:],
                contractDollars: 1000,
                contractPlaces: 1,
                extras: []
            )
        case .mexc:
            VenueProfile(
                venue: .mexc,
                spotAssets: 250,
                otherQuotes: ["BTC", "USDC"],
                separators: ("", "_"),
                perpetualSuffix: "",
                thousands: thousands(["BONK"]),
                contractDollars: 10,
                contractPlaces: 0,
                extras: [lifeCoin, Asset(name: "MOON", referencePrice: 3.87, dayTurnover: 1.1e6, coin: "Moonraker")]
            )
        }
    }

    /// A real name outside ASCII, which Binance and MEXC list.
    private static let lifeCoin = Asset(name: "币安人生", referencePrice: 0.1234, dayTurnover: 31e6)
    static let halted = Asset(name: "TOMO", referencePrice: 1.214, dayTurnover: 0)
    static let delisted = Asset(name: "FTT", referencePrice: 1.042, dayTurnover: 0)

    private static func thousands(_ names: [String]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: names.map { ($0, "1000" + $0) })
    }

    /// Base asset in one contract: a power of ten, the largest that is worth no more than ``contractDollars``.
    func contractSize(of asset: Asset) -> Double? {
        contractDollars.map { pow(10, log10($0 / asset.referencePrice).rounded(.down)) }
    }
}
