import Markets

/// Text of a client's that goes back to it inside a JSON string: only harmless characters of it do, and not many.
enum ClientText {
    static func printable(_ text: String, most: Int = 60) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { $0.value >= 32 && $0 != "\"" && $0 != "\\" }.prefix(most)
            )
        )
    }
}

/// Candle lengths as the venues with numbered names call them.
enum CandleNames {
    typealias Table = [(name: String, interval: CandleInterval)]

    static let bybit: Table = [
        ("1", .oneMinute), ("5", .fiveMinutes), ("15", .fifteenMinutes), ("60", .oneHour), ("240", .fourHours),
        ("D", .oneDay),
    ]
    static let okx: Table = [
        ("1m", .oneMinute), ("5m", .fiveMinutes), ("15m", .fifteenMinutes), ("1H", .oneHour), ("4H", .fourHours),
        ("1Dutc", .oneDay), ("1D", .oneDay),
    ]
    static let mexcSpotStream: Table = [
        ("Min1", .oneMinute), ("Min5", .fiveMinutes), ("Min15", .fifteenMinutes), ("Min60", .oneHour),
        ("Hour4", .fourHours), ("Day1", .oneDay),
    ]
    static let mexcSpotREST: Table = [
        ("1m", .oneMinute), ("5m", .fiveMinutes), ("15m", .fifteenMinutes), ("60m", .oneHour), ("4h", .fourHours),
        ("1d", .oneDay),
    ]
    static let mexcPerpetual: Table = mexcSpotStream

    static func interval(_ name: String, in table: Table) -> CandleInterval? {
        table.first { $0.name == name }?.interval
    }

    static func name(_ interval: CandleInterval, in table: Table) -> String {
        table.first { $0.interval == interval }?.name ?? interval.rawValue
    }
}
