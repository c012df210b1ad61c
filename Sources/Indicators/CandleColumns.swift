package import Markets

/// Candles of one symbol and interval as columns, oldest first.
package struct CandleColumns: Hashable, Sendable {
    package private(set) var openTimes: [MarketTime] = []
    package private(set) var opens: [Double] = []
    package private(set) var highs: [Double] = []
    package private(set) var lows: [Double] = []
    package private(set) var closes: [Double] = []
    /// Base asset.
    package private(set) var volumes: [Double] = []

    package private(set) var areUsable = true

    package init() {}

    package init(_ candles: some Collection<CandleValues>) {
        reserveCapacity(candles.count)
        for candle in candles { append(candle) }
    }

    package var count: Int { closes.count }

    package mutating func reserveCapacity(_ capacity: Int) {
        openTimes.reserveCapacity(capacity)
        opens.reserveCapacity(capacity)
        highs.reserveCapacity(capacity)
        lows.reserveCapacity(capacity)
        closes.reserveCapacity(capacity)
        volumes.reserveCapacity(capacity)
    }

    package mutating func append(_ candle: CandleValues) {
        if !candle.isUsable { areUsable = false }
        openTimes.append(candle.openTime)
        opens.append(candle.open)
        highs.append(candle.high)
        lows.append(candle.low)
        closes.append(candle.close)
        volumes.append(candle.volume)
    }

    package subscript(index: Int) -> CandleValues {
        CandleValues(
            openTime: openTimes[index],
            open: opens[index],
            high: highs[index],
            low: lows[index],
            close: closes[index],
            volume: volumes[index]
        )
    }

    /// The candles of a range of indexes, as columns of their own.
    package subscript(range: Range<Int>) -> CandleColumns {
        var part = CandleColumns()
        part.openTimes = Array(openTimes[range])
        part.opens = Array(opens[range])
        part.highs = Array(highs[range])
        part.lows = Array(lows[range])
        part.closes = Array(closes[range])
        part.volumes = Array(volumes[range])
        part.areUsable = areUsable || part.withReader { read in (0..<part.count).allSatisfy { read($0).isUsable } }
        return part
    }
}

extension CandleColumns {
    /// Whether a batch may go through them block by block: there are some, and each can be computed with.
    var areBlocks: Bool { areUsable && count > 0 }

    /// Calls the body with where highs, lows and closes begin; for `areBlocks` only.
    @inline(__always)
    func withPrices<Result>(
        _ body: (
            _ highs: UnsafePointer<Double>, _ lows: UnsafePointer<Double>, _ closes: UnsafePointer<Double>
        ) -> Result
    ) -> Result {
        highs.withUnsafeBufferPointer { highs in
            lows.withUnsafeBufferPointer { lows in
                closes.withUnsafeBufferPointer { closes in
                    guard
                        let highs = highs.baseAddress, let lows = lows.baseAddress, let closes = closes.baseAddress
                    else { preconditionFailure("the prices of no candles were asked for") }
                    return body(highs, lows, closes)
                }
            }
        }
    }
}

extension CandleColumns: IndicatorInputs {
    @inline(__always)
    package func withReader<Result>(_ body: (_ read: (Int) -> CandleValues) -> Result) -> Result {
        openTimes.withUnsafeBufferPointer { times in
            opens.withUnsafeBufferPointer { opens in
                highs.withUnsafeBufferPointer { highs in
                    lows.withUnsafeBufferPointer { lows in
                        closes.withUnsafeBufferPointer { closes in
                            volumes.withUnsafeBufferPointer { volumes in
                                body { index in
                                    CandleValues(
                                        openTime: times[index],
                                        open: opens[index],
                                        high: highs[index],
                                        low: lows[index],
                                        close: closes[index],
                                        volume: volumes[index]
                                    )
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
