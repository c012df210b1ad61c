package import Markets

/// Which tickers a reader wants, and in which order.
package struct TickerFilter: Hashable, Sendable {
    package enum Sort: String, CaseIterable, Hashable, Sendable {
        /// Most traded first, by quote volume.
        case volume
        /// Greatest rise first; unknown changes last.
        case change
        /// By name.
        case symbol
    }

    /// Nil for every venue together; otherwise the symbols of that venue with that venue's own figures.
    package var exchange: Venue?
    /// In capitals, `USDT`; nil for all.
    package var quote: String?
    package var sort: Sort
    /// Only so many, the first in the order; nil for all.
    package var limit: Int?

    /// The most that ``limit`` may ask for.
    package static let maximumLimit = 5_000

    package init(exchange: Venue? = nil, quote: String? = nil, sort: Sort = .volume, limit: Int? = nil) {
        self.exchange = exchange
        self.quote = quote
        self.sort = sort
        self.limit = limit
    }
}

/// A finished answer of the ticker list: `{"items":[…],"asOf":"…"}`.
package struct TickersBody: Sendable {
    package let bytes: [UInt8]
    /// Rises with every change of the board, also over restarts: an `ETag`.
    package let version: UInt64
    package let count: Int

    package init(bytes: [UInt8], version: UInt64, count: Int) {
        self.bytes = bytes
        self.version = version
        self.count = count
    }
}
