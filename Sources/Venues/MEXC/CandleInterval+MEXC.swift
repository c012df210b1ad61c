import Markets

extension CandleInterval {
    /// What MEXC's streams and futures call it; `Min30`, `Hour8`, `Week1` and `Month1` we do not keep.
    var mexc: StaticString {
        switch self {
        case .oneMinute: "Min1"
        case .fiveMinutes: "Min5"
        case .fifteenMinutes: "Min15"
        case .oneHour: "Min60"
        case .fourHours: "Hour4"
        case .oneDay: "Day1"
        }
    }

    /// What the spot market's REST interface calls it.
    var mexcSpotQuery: String { self == .oneHour ? "60m" : rawValue }

    init?(mexc text: UnsafeBufferPointer<UInt8>) {
        for interval in Self.allCases where interval.mexc.withUTF8Buffer({ $0.elementsEqual(text) }) {
            self = interval
            return
        }
        return nil
    }
}
