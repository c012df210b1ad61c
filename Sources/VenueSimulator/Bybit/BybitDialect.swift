extension ServedDialect {
    /// Bybit v5: spot at `/v5/public/spot`, perpetuals at `/v5/public/linear`, REST at `/v5/market`.
    static var bybit: ServedDialect {
        ServedDialect(
            spot: BybitSpotWords(),
            perpetual: BybitLinearWords(),
            isSocket: { BybitSession.category(of: $0) != nil },
            session: { target, directory in
                BybitSession.category(of: target).map { BybitSession(isPerpetual: $0 == "linear", directory) }
            },
            desk: { BybitDesk(floor: $0, gate: $1) },
            farewell: { _ in nil },
            handshakes: RateRule(limit: 500, windowMilliseconds: 300_000)
        )
    }
}
