/// The bounds of a ``MarketBoard``, and how long silence may last.
package struct BoardLimits: Hashable, Sendable {
    /// A venue that was not heard for this long has gone silent: its markets turn stale and leave the aggregate; spot
    /// and perpetuals by themselves, since they come over connections of their own.
    ///
    /// With a sweep each 250 ms they are gone two seconds after the last message.
    package var venueSilenceMilliseconds: Int64 = 1_750
    /// A market that was not heard for this long is stale although its venue talks.
    package var marketSilenceMilliseconds: Int64 = 600_000
    /// The longest that a finished ticker list is served although a price has moved since; 0 builds it for each change.
    ///
    /// The same time as WebSocket readers wait for a conflated ticker.
    package var listHoldMilliseconds: Int64 = 100
    /// A market that its venue no longer lists is shown for this long, stale, and then forgotten.
    package var delistedMilliseconds: Int64 = 86_400_000
    /// Further symbols of a venue are refused and counted.
    package var symbolsPerVenue = 5_000
    /// Finished ticker lists that are kept, one per filter; the one built longest ago goes first.
    package var cachedLists = 32

    package init() {}
}
