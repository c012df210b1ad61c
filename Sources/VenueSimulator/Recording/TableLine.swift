import Markets

/// Rows of candle and trade files.
enum TableLine {
    /// A row of `open_time_ms,open,high,low,close,volume[,quote_volume,trades,taker_buy_volume]`.
    ///
    /// Without the later columns the turnover is the volume at the mean of high, low and close.
    static func candle(
        _ line: [UInt8],
        _ symbol: Symbol,
        _ interval: CandleInterval,
        isDetailed: Bool
    ) throws(RecordParser.Fault) -> Record {
        let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard fields.count >= (isDetailed ? 9 : 6) else {
            throw RecordParser.Fault(reason: "\(isDetailed ? 9 : 6) columns expected, \(fields.count) found")
        }
        let openTime = MarketTime(milliseconds: try integer(fields[0], "open_time_ms"))
        guard interval.openTime(of: openTime) == openTime else {
            throw RecordParser.Fault(reason: "open_time_ms is no multiple of the interval \(interval.rawValue)")
        }
        var bar = Bar(openTime: openTime, price: Price(try decimal(fields[1], "open")))
        bar.high = Price(try decimal(fields[2], "high"))
        bar.low = Price(try decimal(fields[3], "low"))
        bar.close = Price(try decimal(fields[4], "close"))
        bar.volume = Quantity(try decimal(fields[5], "volume"))
        guard bar.low <= min(bar.open, bar.close), max(bar.open, bar.close) <= bar.high, bar.low.value.isPositive else {
            throw RecordParser.Fault(reason: "low, open, close and high are not in order")
        }
        if isDetailed {
            bar.quoteVolume = Money(try decimal(fields[6], "quote_volume"))
            bar.trades = Int(try integer(fields[7], "trades"))
            bar.takerBuyVolume = Quantity(try decimal(fields[8], "taker_buy_volume"))
            bar.takerBuyQuoteVolume = typical(bar).flatMap { $0 * bar.takerBuyVolume } ?? .zero
        } else {
            bar.quoteVolume = typical(bar).flatMap { $0 * bar.volume } ?? .zero
        }
        let end = openTime.adding(milliseconds: interval.milliseconds)
        return Record(time: end, symbol: symbol, payload: .candle(interval, bar))
    }

    /// A row of `time_ms,side,price,qty`.
    static func trade(_ line: [UInt8], _ symbol: Symbol) throws(RecordParser.Fault) -> Record {
        let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard fields.count == 4 else {
            throw RecordParser.Fault(reason: "4 columns expected, \(fields.count) found")
        }
        let time = MarketTime(milliseconds: try integer(fields[0], "time_ms"))
        guard let side = Side(rawValue: String(decoding: fields[1], as: UTF8.self)) else {
            throw RecordParser.Fault(reason: "side is buy or sell")
        }
        let price = Price(try decimal(fields[2], "price"))
        let quantity = Quantity(try decimal(fields[3], "qty"))
        guard price.value.isPositive else { throw RecordParser.Fault(reason: "price is not above 0") }
        return Record(
            time: time,
            symbol: symbol,
            payload: .trade(price: price, quantity: quantity, takerSide: side)
        )
    }

    /// A row of `ts_ms,side,price_e8,amount`, the side `b` or `s`.
    static func satoshiTrade(_ line: [UInt8], _ symbol: Symbol) throws(RecordParser.Fault) -> Record {
        let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard fields.count == 4 else {
            throw RecordParser.Fault(reason: "4 columns expected, \(fields.count) found")
        }
        let side: Side
        switch fields[1] {
        case [UInt8(ascii: "b")]: side = .buy
        case [UInt8(ascii: "s")]: side = .sell
        default: throw RecordParser.Fault(reason: "side is b or s")
        }
        let satoshi = try integer(fields[2], "price_e8")
        guard satoshi > 0 else { throw RecordParser.Fault(reason: "price_e8 is not above 0") }
        return Record(
            time: MarketTime(milliseconds: try integer(fields[0], "ts_ms")),
            symbol: symbol,
            payload: .trade(
                price: Price(FixedPoint(satoshi, places: 8)),
                quantity: Quantity(try decimal(fields[3], "amount")),
                takerSide: side
            )
        )
    }

    private static func integer(_ field: ArraySlice<UInt8>, _ name: String) throws(RecordParser.Fault) -> Int64 {
        // Up to the year 5138, far from overflow.
        guard let value = Int64(String(decoding: field, as: UTF8.self)), (0..<100_000_000_000_000).contains(value)
        else {
            throw RecordParser.Fault(reason: "\(name) is no whole number")
        }
        return value
    }

    private static func decimal(_ field: ArraySlice<UInt8>, _ name: String) throws(RecordParser.Fault) -> FixedPoint {
        guard let value = FixedPoint(scientific: field), !value.isNegative else {
            throw RecordParser.Fault(reason: "\(name) is no decimal number of 0 or more")
        }
        return value
    }

    private static func typical(_ bar: Bar) -> Price? {
        let sum = bar.high.value.adding(bar.low.value)?.adding(bar.close.value)
        return sum?.divided(by: FixedPoint(3, places: 0)).map(Price.init)
    }
}

extension FixedPoint {
    /// Exactly what the text says, `0.00005101` or `5.101e-05`; nil where 18 places or 20 digits cannot hold it.
    init?(scientific text: ArraySlice<UInt8>) {
        let parts = text.split(separator: UInt8(ascii: "e"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let mantissa = parts.first?.withUnsafeBufferPointer({ FixedPoint(utf8: $0) }) else { return nil }
        guard parts.count == 2 else {
            self = mantissa
            return
        }
        guard let exponent = Int(String(decoding: parts[1], as: UTF8.self)), abs(exponent) <= 38 else { return nil }
        var units = mantissa.units
        for _ in 0..<abs(exponent) {
            if exponent < 0 {
                guard units.isMultiple(of: 10) else { return nil }
                units /= 10
            } else {
                let (product, overflow) = units.multipliedReportingOverflow(by: 10)
                guard !overflow else { return nil }
                units = product
            }
        }
        self.init(units: units)
    }
}
