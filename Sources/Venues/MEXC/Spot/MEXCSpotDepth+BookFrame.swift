import MEXCWire
import Markets

/// `spot@public.aggre.depth.v3.api.pb@100ms@<symbol>`: what changed in the book since the message before.
///
/// ```json
/// {"asks":[],"bids":[{"price":"92877.58","quantity":"0.00000000"}],
///  "eventType":"spot@public.aggre.depth.v3.api.pb@100ms","fromVersion":"10589632359","toVersion":"10589632359"}
/// ```
/// The versions count the changes and are written as text.
/// <https://mexcdevelop.github.io/apidocs/spot_v3_en/#diff-depth-stream>
extension MEXCSpotDepth {
    func bookFrame(of market: Market, at time: MarketTime?) throws(FrameRefusal) -> BookFrame {
        let first = try MEXCText.version(fromVersion, "fromVersion")
        let last = try MEXCText.version(toVersion, "toVersion")
        guard first <= last else { throw FrameRefusal(.contradiction) }
        return BookFrame(
            market: market.index,
            symbol: market.symbol,
            kind: .changes,
            first: first,
            last: last,
            exchangeTime: time,
            bids: try bids.levels("bids"),
            asks: try asks.levels("asks")
        )
    }
}

/// `spot@public.limit.depth.v3.api.pb@<symbol>@5`: the top of the book.
///
/// ```json
/// {"asks":[{"price":"84270.01","quantity":"5.42169969"},…],"bids":[{"price":"84270.00","quantity":"0.00638700"},…],
///  "eventType":"spot@public.limit.depth.v3.api.pb","version":"82164155643","lastOrderCreateTime":1790281247239}
/// ```
/// <https://mexcdevelop.github.io/apidocs/spot_v3_en/#partial-book-depth-streams>
extension MEXCSpotLimitDepth {
    func bookFrame(of market: Market, at time: MarketTime?) throws(FrameRefusal) -> BookFrame {
        let version = try MEXCText.version(version, "version")
        return BookFrame(
            market: market.index,
            symbol: market.symbol,
            kind: .snapshot,
            first: version,
            last: version,
            exchangeTime: time,
            bids: try bids.levels("bids"),
            asks: try asks.levels("asks")
        )
    }
}

extension [MEXCSpotLevel] {
    fileprivate func levels(_ side: String) throws(FrameRefusal) -> [BookLevel] {
        var levels: [BookLevel] = []
        levels.reserveCapacity(count)
        for level in self {
            levels.append(
                BookLevel(
                    price: try MEXCText.price(level.price, side),
                    quantity: try MEXCText.quantity(level.quantity, side)
                )
            )
        }
        return levels
    }
}
