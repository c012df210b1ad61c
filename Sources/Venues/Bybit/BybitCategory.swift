/// The two kinds of market that we read from Bybit, which have a socket and a query parameter each.
package enum BybitCategory: String, CaseIterable, Hashable, Sendable {
    case spot
    /// Perpetuals settled in the quote asset; dated futures of the same category are left out.
    case linear
}
