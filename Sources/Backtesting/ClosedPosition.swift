package import Markets

/// One position from its entry to its end.
package struct ClosedPosition: Hashable, Sendable {
    /// Why the last part was closed.
    package enum Exit: String, CaseIterable, Hashable, Sendable {
        case stop, breakeven, trail, target, signal, expiry
        /// The candles ended first; closed at the last close.
        case end
    }

    package var side: TradePlan.Side
    /// Indexes of the candles of its entry and its end.
    package var entryCandle: Int
    package var exitCandle: Int
    package var entryTime: MarketTime
    package var exitTime: MarketTime
    /// Slippage included.
    package var entryPrice: Double
    /// Mean price of all parts, slippage included.
    package var exitPrice: Double
    package var targetsHit: Int
    package var exit: Exit
    /// Stop and target both lay within one candle and nothing finer told which came first; the stop was booked.
    package var isAmbiguous: Bool
    /// Of the notional at the entry, after fees, slippage and funding.
    package var result: Double
    /// Of the notional at the entry.
    package var fees: Double
    /// Paid, of the notional at the entry; negative when received.
    package var funding: Double
    /// The result in multiples of the distance to the first stop.
    package var resultR: Double
    package var confidence: Double?
}
