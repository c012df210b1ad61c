/// By which numbers a venue's book is put together, and where its first picture comes from.
package enum BookRule: Hashable, Sendable {
    /// `U` … `u` follow each other; the picture comes over REST.
    case binanceSpot
    /// `pu` is the last `u`; the picture comes over REST.
    case binanceUSDM
    /// The picture comes first on the stream, and again whenever the venue starts over; numbers only rise.
    case bybit
    /// `prevSeqId` is the last `seqId`; the picture comes first on the stream.
    case okx
    /// `fromVersion` follows the last `toVersion`; the picture comes over REST.
    case mexcSpot
    /// `begin` follows the last `end`, or `version` the last one; the picture comes over REST.
    case mexcFutures
}
