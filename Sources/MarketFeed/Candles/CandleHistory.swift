package import Markets

/// Past candles from the venues themselves, over their REST interfaces.
package struct CandleHistory: Sendable {
    /// The most candles a call may ever ask for.
    package static let maximumCandles = 1_000

    /// The most candles one call of the series may ask for: venues give 100 to 1,000 at a time.
    package var callLimit: @Sendable (_ series: CandleSeries) -> Int
    /// Candles whose open time lies in the span, oldest first, at most ``callLimit``; the last may still be open.
    ///
    /// A closed candle in the answer is final. The venue leaves out what it does not have.
    package var candles: @Sendable (_ series: CandleSeries, _ span: TimeSpan) async throws -> [Candle]

    package init(
        callLimit: @escaping @Sendable (_ series: CandleSeries) -> Int = { _ in maximumCandles },
        candles: @escaping @Sendable (_ series: CandleSeries, _ span: TimeSpan) async throws -> [Candle]
    ) {
        self.callLimit = callLimit
        self.candles = candles
    }

    /// Each venue's own history; a venue without one is not asked, and its gaps stay marked.
    package init(_ histories: [Venue: CandleHistory]) {
        self.init(
            callLimit: { histories[$0.venue]?.callLimit($0) ?? Self.maximumCandles },
            candles: { series, span in
                guard let history = histories[series.venue] else { throw CandleBackfill.Refusal.noHistory }
                return try await history.candles(series, span)
            }
        )
    }
}
