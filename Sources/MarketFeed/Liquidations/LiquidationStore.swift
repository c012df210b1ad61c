package import Markets

/// Where liquidations outlive the process.
///
/// The storage adapter fills it; every call may fail and is then tried again.
package struct LiquidationStore: Sendable {
    /// Inserts what is not there yet; the same one twice is the same as once.
    ///
    /// At most 5,000.
    package var insert: @Sendable (_ liquidations: [VenueLiquidation]) async throws -> Void
    /// The sums of every whole minute within the span, by venue and symbol.
    package var sums: @Sendable (_ span: TimeSpan) async throws -> [LiquidationSum]
    /// The newest of every symbol since the instant, at most the limit of each, oldest first.
    package var recent: @Sendable (_ since: MarketTime, _ limitPerSymbol: Int) async throws -> [VenueLiquidation]
    /// Deletes the oldest before the instant, at most the limit; returns how many.
    package var prune: @Sendable (_ before: MarketTime, _ limit: Int) async throws -> Int

    package init(
        insert: @escaping @Sendable (_ liquidations: [VenueLiquidation]) async throws -> Void,
        sums: @escaping @Sendable (_ span: TimeSpan) async throws -> [LiquidationSum],
        recent: @escaping @Sendable (_ since: MarketTime, _ limitPerSymbol: Int) async throws -> [VenueLiquidation],
        prune: @escaping @Sendable (_ before: MarketTime, _ limit: Int) async throws -> Int
    ) {
        self.insert = insert
        self.sums = sums
        self.recent = recent
        self.prune = prune
    }
}

/// What was liquidated of one symbol on one venue in one minute.
package struct LiquidationSum: Hashable, Sendable {
    package var venue: Venue
    package var symbol: Symbol
    /// When the minute begins.
    package var minute: MarketTime
    /// Notional, quote asset.
    package var long: Money
    package var short: Money

    package init(venue: Venue, symbol: Symbol, minute: MarketTime, long: Money, short: Money) {
        self.venue = venue
        self.symbol = symbol
        self.minute = minute
        self.long = long
        self.short = short
    }
}
