/// What an alert needs beside the model's score, and what bounds the detector.
package struct PumpRules: Hashable, Sendable {
    /// Markets of one venue that are watched; more are left out, the first to be heard being kept.
    package var marketsPerVenue = 4_000
    /// A trade whose time is so far ahead of its arrival carries a wrong time.
    package var longestLeadMilliseconds: Int64 = 10_000
    /// After an alert the market has so long to calm down before the next.
    package var quietMilliseconds: Int64 = 1_800_000
    /// Another venue's price within these milliseconds is fresh enough to contradict.
    package var witnessMilliseconds: Int64 = 5_000
    /// How far from every fresh witness a price may be, as a logarithm, before it is the venue's own mistake.
    package var largestDisagreement: Float = 0.15
    /// Lost from the minute's highest price, as a share of the rise, when an alert comes late.
    package var lateLoss: Float = 0.35
    /// Seconds that this price is past by then: two trades at bid and ask are no fall.
    package var lateAge: Int64 = 3

    package init() {}
}
