import Markets

/// The streams that are served, by the part of the name behind `@`.
struct BinanceChannels: OptionSet, Hashable, Sendable {
    let rawValue: UInt32

    static let trade = BinanceChannels(rawValue: 1 << 0)
    static let aggregateTrade = BinanceChannels(rawValue: 1 << 1)
    static let miniTicker = BinanceChannels(rawValue: 1 << 2)
    static let ticker = BinanceChannels(rawValue: 1 << 3)
    static let bookTicker = BinanceChannels(rawValue: 1 << 4)
    static let depth = BinanceChannels(rawValue: 1 << 5)
    static let fastDepth = BinanceChannels(rawValue: 1 << 6)

    static func candle(_ interval: CandleInterval) -> BinanceChannels {
        let index = CandleInterval.allCases.firstIndex(of: interval) ?? 0
        return BinanceChannels(rawValue: 1 << (8 + UInt32(index)))
    }

    static let named: [(name: String, channel: BinanceChannels)] =
        [
            ("trade", .trade), ("aggTrade", .aggregateTrade), ("miniTicker", .miniTicker), ("ticker", .ticker),
            ("bookTicker", .bookTicker), ("depth", .depth), ("depth@100ms", .fastDepth),
        ] + CandleInterval.allCases.map { ("kline_" + $0.rawValue, candle($0)) }
}

/// What is listened to, sorted by market, so that an event finds its streams without looking at names.
struct BinanceInterest {
    static let allMiniTickers = "!miniTicker@arr"

    private(set) var channels: [Int: BinanceChannels] = [:]
    private(set) var wantsAllMiniTickers = false

    init() {}

    /// Names of unknown markets or streams are left out: the venue accepts them too and never sends anything.
    init(names: [String], listings: [String: Int]) {
        for name in names {
            if name == Self.allMiniTickers { wantsAllMiniTickers = true }
            guard let at = name.firstIndex(of: "@"), let listing = listings[name[..<at].uppercased()] else { continue }
            let suffix = name[name.index(after: at)...]
            guard let named = BinanceChannels.named.first(where: { $0.name == suffix }) else { continue }
            channels[listing, default: []].insert(named.channel)
        }
    }

    func wants(_ channel: BinanceChannels, _ listing: Int) -> Bool {
        channels[listing]?.contains(channel) ?? false
    }
}
