package import Markets

/// Past candles from the venue itself, over its REST interface.
package struct CandleHistory: Sendable {
    /// The most candles one call may ask for; every venue that we read gives at least as many.
    package static let maximumCandles = 1_000

    /// Candles whose open time lies in the span, oldest first, at most ``maximumCandles``; the last may still be open.
    ///
    /// A closed candle in the answer is final. The venue leaves out what it does not have.
    package var candles: @Sendable (_ series: CandleSeries, _ span: TimeSpan) async throws -> [Candle]

    package init(candles: @escaping @Sendable (_ series: CandleSeries, _ span: TimeSpan) async throws -> [Candle]) {
        self.candles = candles
    }
}
