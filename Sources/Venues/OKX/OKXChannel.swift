import Markets

/// The channel that a frame came on.
enum OKXChannel: Hashable {
    case tickers, trades, liquidations, openInterest, fundingRate, markPrice, indexPrice
    case candles(CandleInterval)
    /// Snapshot and changes: `books`, and its faster forms for large customers.
    case book
    /// The best bid and ask: `bbo-tbt`, and the five levels of `books5`, of which we take the first.
    case best
    /// A channel that we know and have no use for.
    case unused

    init(_ name: UnsafeBufferPointer<UInt8>) throws(FrameRefusal) {
        if Self.equal(name, "tickers") {
            self = .tickers
        } else if Self.equal(name, "trades") || Self.equal(name, "trades-all") {
            self = .trades
        } else if name.starts(with: "candle".utf8) {
            guard let interval = CandleInterval(okx: name.dropFirst(6)) else {
                throw FrameRefusal(.intervalUnknown, field: "channel")
            }
            self = .candles(interval)
        } else {
            self = try Self.other(name)
        }
    }

    private static func other(_ name: UnsafeBufferPointer<UInt8>) throws(FrameRefusal) -> OKXChannel {
        for (known, channel) in others where equal(name, known) { return channel }
        throw FrameRefusal(.eventUnknown, field: "channel")
    }

    private static let others: [(StaticString, OKXChannel)] = [
        ("books", .book), ("books-l2-tbt", .book), ("books50-l2-tbt", .book), ("bbo-tbt", .best), ("books5", .best),
        ("mark-price", .markPrice), ("open-interest", .openInterest), ("funding-rate", .fundingRate),
        ("liquidation-orders", .liquidations), ("index-tickers", .indexPrice), ("instruments", .unused),
        ("price-limit", .unused), ("status", .unused),
    ]

    private static func equal(_ name: UnsafeBufferPointer<UInt8>, _ other: StaticString) -> Bool {
        name.count == other.utf8CodeUnitCount && other.withUTF8Buffer { $0.elementsEqual(name) }
    }
}

extension CandleInterval {
    /// The venue's word; its plain `1D` opens at 16:00 UTC, which is midnight in Hong Kong.
    var okx: StaticString {
        switch self {
        case .oneMinute: "1m"
        case .fiveMinutes: "5m"
        case .fifteenMinutes: "15m"
        case .oneHour: "1H"
        case .fourHours: "4H"
        case .oneDay: "1Dutc"
        }
    }

    fileprivate init?(okx text: Slice<UnsafeBufferPointer<UInt8>>) {
        for interval in Self.allCases where interval.okx.withUTF8Buffer({ $0.elementsEqual(text) }) {
            self = interval
            return
        }
        return nil
    }
}
