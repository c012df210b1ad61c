/// An exchange that we read.
@usableFromInline package enum Venue: String, CaseIterable, Hashable, Sendable {
    case binance, bybit, okx, mexc
}
