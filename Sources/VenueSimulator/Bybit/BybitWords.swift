import Markets

/// Bybit's spot streams.
struct BybitSpotWords: VenueWords {
    var rhythm: Rhythm { Rhythm(ticker: 50, candle: 1000, gathersTrades: true, numbersBookChanges: true) }

    func greets(_ channel: StreamKind) -> Bool { BybitLinearWords().greets(channel) }

    func frame(_ news: News, _ topic: Topic, _ listing: Listing, now: MarketTime) -> [UInt8]? {
        guard case .ticker(let row, _) = news else {
            return BybitLinearWords().frame(news, topic, listing, now: now)
        }
        // Always whole, and without bid and ask.
        var json = BybitFrames.head(topic, now: now)
        json.raw(#"{"symbol":"#)
        json.name(listing.venueSymbol)
        for (key, value) in BybitTicker.common(row) + [("usdIndexPrice", row.last)] {
            json.raw(",\"")
            json.raw(key)
            json.raw("\":")
            json.plain(value)
        }
        json.raw(#"},"cs":"#)
        json.integer(row.day.last?.id ?? 0)
        json.raw("}")
        return json.bytes
    }
}

/// Bybit's linear perpetual streams.
struct BybitLinearWords: VenueWords {
    var rhythm: Rhythm { Rhythm(ticker: 100, candle: 1000, gathersTrades: true, numbersBookChanges: true) }

    func greets(_ channel: StreamKind) -> Bool {
        switch channel {
        case .ticker, .quote, .book: true
        default: false
        }
    }

    func frame(_ news: News, _ topic: Topic, _ listing: Listing, now: MarketTime) -> [UInt8]? {
        switch news {
        case .trades(let prints): BybitFrames.trades(prints, topic, listing, now: now).bytes
        case .quote(let top): BybitFrames.quote(top, topic, listing, now: now).bytes
        case .book(let change):
            BybitFrames.book(
                bids: change.bids,
                asks: change.asks,
                updateID: change.updateIDs.upperBound,
                isDelta: true,
                topic,
                listing,
                now: now
            ).bytes
        case .bookSnapshot(let book):
            BybitFrames.book(
                bids: book.bids,
                asks: book.asks,
                updateID: book.updateID,
                isDelta: false,
                topic,
                listing,
                now: now
            ).bytes
        case .ticker(let row, let previous):
            BybitTicker.linear(row, previous, topic, now: now)?.bytes
        case .candle(let bar, let interval, let isClosed):
            BybitFrames.candle(bar, interval, isClosed: isClosed, topic, now: now).bytes
        case .liquidation(let closed): BybitFrames.liquidation(closed, topic, listing, now: now).bytes
        case .figures: nil
        }
    }
}
