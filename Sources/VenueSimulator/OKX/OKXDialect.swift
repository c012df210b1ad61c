extension ServedDialect {
    /// OKX v5: sockets at `/ws/v5/public` and `/ws/v5/business`, REST at `/api/v5`.
    static var okx: ServedDialect {
        ServedDialect(
            spot: OKXWords(),
            perpetual: OKXWords(),
            isSocket: { OKXSession.isBusiness($0) != nil },
            session: { target, directory in
                OKXSession.isBusiness(target).map { OKXSession(isBusiness: $0, directory) }
            },
            desk: { OKXDesk(floor: $0, gate: $1) },
            farewell: { _ in OKXSession.upgradeNotice },
            handshakes: RateRule(limit: 3, windowMilliseconds: 1000)
        )
    }
}
