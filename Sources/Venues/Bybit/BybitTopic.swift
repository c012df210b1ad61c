import Markets

/// The topic of a frame, taken apart: `publicTrade.BTCUSDT`, `kline.1.BTCUSDT`, `orderbook.50.BTCUSDT`.
struct BybitTopic {
    enum Kind: Hashable {
        case ticker, trades, liquidations
        case candles(CandleInterval)
        case book(depth: Int64)
        /// `liquidation.<symbol>`, replaced by `allLiquidation` in February 2025: left out wherever it is still sent.
        case retired
    }

    let kind: Kind
    /// The venue's name of the market, a part of the topic's bytes.
    let market: UnsafeBufferPointer<UInt8>

    init(_ topic: UnsafeBufferPointer<UInt8>) throws(FrameRefusal) {
        var rest = topic[...]
        let name = Self.head(&rest)
        if Self.equal(name, "publicTrade") {
            kind = .trades
        } else if Self.equal(name, "tickers") {
            kind = .ticker
        } else if Self.equal(name, "orderbook") {
            let depth = UnsafeBufferPointer(rebasing: Self.head(&rest))
            guard let depth = Int64(utf8: depth) else { throw FrameRefusal(.eventUnknown, field: "topic") }
            kind = .book(depth: depth)
        } else if Self.equal(name, "kline") {
            guard let interval = CandleInterval(bybit: Self.head(&rest)) else {
                throw FrameRefusal(.intervalUnknown, field: "topic")
            }
            kind = .candles(interval)
        } else if Self.equal(name, "allLiquidation") {
            kind = .liquidations
        } else if Self.equal(name, "liquidation") {
            kind = .retired
        } else {
            throw FrameRefusal(.eventUnknown, field: "topic")
        }
        market = UnsafeBufferPointer(rebasing: rest)
    }

    /// Takes the bytes up to the next point, and the point.
    private static func head(
        _ rest: inout Slice<UnsafeBufferPointer<UInt8>>
    ) -> Slice<UnsafeBufferPointer<UInt8>> {
        let end = rest.firstIndex(of: UInt8(ascii: ".")) ?? rest.endIndex
        let head = rest[..<end]
        rest = rest[min(end + 1, rest.endIndex)...]
        return head
    }

    private static func equal(_ name: Slice<UnsafeBufferPointer<UInt8>>, _ other: StaticString) -> Bool {
        name.count == other.utf8CodeUnitCount && other.withUTF8Buffer { $0.elementsEqual(name) }
    }
}

extension CandleInterval {
    /// The venue's word: minutes, or `D` for a UTC day.
    var bybit: StaticString {
        switch self {
        case .oneMinute: "1"
        case .fiveMinutes: "5"
        case .fifteenMinutes: "15"
        case .oneHour: "60"
        case .fourHours: "240"
        case .oneDay: "D"
        }
    }

    fileprivate init?(bybit text: Slice<UnsafeBufferPointer<UInt8>>) {
        for interval in Self.allCases where interval.bybit.withUTF8Buffer({ $0.elementsEqual(text) }) {
            self = interval
            return
        }
        return nil
    }
}
