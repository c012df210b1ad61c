/// The two kinds of market that we read from OKX.
package enum OKXKind: String, CaseIterable, Hashable, Sendable {
    case spot = "SPOT"
    /// Perpetuals, of which those settled in the quote asset.
    case swap = "SWAP"
}
