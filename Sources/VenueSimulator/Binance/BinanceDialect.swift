extension ServedDialect {
    /// Binance spot at `/ws`, `/stream` and `/api/v3`; USD-M futures at `/public`, `/market`, `/fapi/v1` and `/futures`.
    static var binance: ServedDialect {
        ServedDialect(
            spot: BinanceSpotWords(),
            perpetual: BinancePerpetualWords(),
            isSocket: { BinanceStreamPath($0) != nil },
            session: { target, directory in BinanceStreamPath(target).map { BinanceSession($0, directory) } },
            desk: { BinanceDesk(floor: $0, gate: $1) },
            farewell: { BinanceFrames.serverShutdown(now: $0).bytes },
            handshakes: RateRule(limit: 300, windowMilliseconds: 300_000)
        )
    }
}
