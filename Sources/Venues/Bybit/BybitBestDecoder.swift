import Markets

/// `orderbook.1.<symbol>`: the best bid and ask, whole or what changed of them.
///
/// ```json
/// {"topic":"orderbook.1.BTCUSDT","type":"snapshot","ts":1790409768609,"data":{"s":"BTCUSDT","b":[["84017.5","1.777"]],
///  "a":[["84017.6","2.725"]],"u":97687715,"seq":816281667578},"cts":1790409768607}
/// {"topic":"orderbook.1.BTCUSDT","type":"delta","ts":1682092584425,"data":{"s":"BTCUSDT",
///  "b":[["27994.60","0"],["27991.70","0.777"]],"a":[["27994.40","0.058"],["27994.80","0"]],"u":1188472,
///  "seq":11155892580}}
/// ```
/// Today every frame is a snapshot; in 2023 there were deltas, in which size zero takes a price away.
/// <https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook>
struct BybitBestDecoder: ~Copyable {
    /// The best of both sides; a side is nil while it is empty.
    private struct Best {
        var bid: BookLevel?
        var ask: BookLevel?
    }

    private var best: [Best?] = []

    /// Takes over a frame's levels, and appends a quote when there are two sides that do not cross.
    mutating func take(_ book: BookFrame, frame: BybitFrame, into events: inout [MarketEvent]) {
        let place = frame.market.index
        while best.count <= place { best.append(nil) }
        guard var known = book.kind == .snapshot ? Best() : best[place] else { return }
        Self.apply(book.bids, to: &known.bid)
        Self.apply(book.asks, to: &known.ask)
        best[place] = known
        guard let bid = known.bid, let ask = known.ask, bid.price <= ask.price else { return }
        let quote = Quote(
            symbol: book.symbol,
            bid: bid.price,
            bidQuantity: bid.quantity,
            ask: ask.price,
            askQuantity: ask.quantity
        )
        events.append(frame.event(.quote(quote)))
    }

    private static func apply(_ levels: [BookLevel], to best: inout BookLevel?) {
        for level in levels {
            if level.quantity.value.isPositive {
                best = level
            } else if level.price == best?.price {
                best = nil
            }
        }
    }
}
