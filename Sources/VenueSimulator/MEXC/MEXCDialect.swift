extension ServedDialect {
    /// MEXC: spot at `/ws` (protobuf frames, JSON control) and `/api/v3`; futures at `/edge` and `/api/v1/contract`.
    static var mexc: ServedDialect {
        ServedDialect(
            spot: MEXCSpotWords(),
            perpetual: MEXCPerpetualWords(),
            isSocket: { $0 == "/ws" || $0 == "/edge" },
            session: { target, directory in
                switch target.split(separator: "?").first {
                case "/ws": MEXCSpotSession(directory)
                case "/edge": MEXCPerpetualSession(directory)
                default: nil
                }
            },
            desk: { MEXCDesk(floor: $0, gate: $1) },
            farewell: { _ in nil },
            handshakes: RateRule(limit: 300, windowMilliseconds: 300_000)
        )
    }
}
