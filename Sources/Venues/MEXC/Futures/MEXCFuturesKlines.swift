import Markets

/// `GET /api/v1/contract/kline/<symbol>`: an array for each column, oldest first.
///
/// ```json
/// {"time":[1609740600],"open":[33016.5],"close":[33040.5],"high":[33094.0],"low":[32995.0],"vol":[67332.0],
///  "amount":[222515.85925]}
/// ```
/// `time` is the opening in seconds, `vol` counts contracts, `amount` is quote asset. The number of trades is not told.
/// <https://mexcdevelop.github.io/apidocs/contract_v1_en/#k-line-data>
struct MEXCFuturesKlines {
    private(set) var candles: [Candle] = []

    /// Reads an answer; the venue's time tells whether its last candle is closed.
    init(
        _ answer: borrowing MEXCFuturesAnswer,
        market: Market,
        interval: CandleInterval,
        venueTime: MarketTime
    ) throws(FrameRefusal) {
        var fields = VenueFields<Column>()
        fields.read(answer.data)
        let times = try Self.times(fields[.time])
        var columns: [[FixedPoint]] = []
        for column in Column.allCases where column != .time {
            let values = try Self.values(fields[column], column)
            // Columns of different lengths would put one candle's price on another.
            guard values.count == times.count else { throw FrameRefusal(.contradiction, field: column.key) }
            columns.append(values)
        }
        var series = CandleSeries(venueTime: venueTime)
        for (row, time) in times.enumerated() {
            let figures = columns.map { $0[row] }
            try series.append(try Self.candle(figures, openTime: time, market, interval))
        }
        candles = series.candles
    }

    private static func candle(
        _ figures: [FixedPoint],
        openTime: MarketTime,
        _ market: Market,
        _ interval: CandleInterval
    ) throws(FrameRefusal) -> Candle {
        func price(_ column: Column) throws(FrameRefusal) -> Price {
            guard let price = market.price(figures[column.rawValue]), price.value.isPositive else {
                throw FrameRefusal(.valueOutOfRange, field: column.key)
            }
            return price
        }
        guard let volume = market.contracts(figures[Column.volume.rawValue]) else {
            throw FrameRefusal(.valueOutOfRange, field: Column.volume.key)
        }
        return Candle(
            symbol: market.symbol,
            interval: interval,
            openTime: openTime,
            open: try price(.open),
            high: try price(.high),
            low: try price(.low),
            close: try price(.close),
            volume: volume,
            quoteVolume: Money(figures[Column.amount.rawValue]),
            trades: 0,
            isClosed: false
        )
    }

    private static func times(_ value: VenueValue) throws(FrameRefusal) -> [MarketTime] {
        guard value.isArray else { throw FrameRefusal(.fieldMissing, field: Column.time.key) }
        var times: [MarketTime] = []
        try value.forEach { element throws(FrameRefusal) in
            let milliseconds = element.integer?.multipliedReportingOverflow(by: 1000)
            guard let milliseconds, !milliseconds.overflow, let time = MarketTime(venueTime: milliseconds.partialValue)
            else { throw FrameRefusal(.valueOutOfRange, field: Column.time.key) }
            times.append(time)
        }
        return times
    }

    private static func values(_ value: VenueValue, _ column: Column) throws(FrameRefusal) -> [FixedPoint] {
        guard value.isArray else { throw FrameRefusal(.fieldMissing, field: column.key) }
        var values: [FixedPoint] = []
        try value.forEach { element throws(FrameRefusal) in
            guard let number = element.decimal else { throw FrameRefusal(.decimalInvalid, field: column.key) }
            guard !number.isNegative else { throw FrameRefusal(.valueOutOfRange, field: column.key) }
            values.append(number)
        }
        return values
    }

    /// The figures first, so that a column's number is its place among them.
    private enum Column: Int, VenueFieldName {
        case open, high, low, close, volume, amount, time

        var key: String {
            switch self {
            case .open: "open"
            case .high: "high"
            case .low: "low"
            case .close: "close"
            case .volume: "vol"
            case .amount: "amount"
            case .time: "time"
            }
        }
    }
}
