/// An exchange that we read.
package enum Venue: String, CaseIterable, Hashable, Sendable {
    case binance, bybit, okx, mexc
}
