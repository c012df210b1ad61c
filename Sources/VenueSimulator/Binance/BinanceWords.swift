import Markets

/// Spot streams in Binance's words.
struct BinanceSpotWords: VenueWords {
    var rhythm: Rhythm { Rhythm() }

    func frame(_ news: News, _ topic: Topic, _ listing: Listing, now: MarketTime) -> [UInt8]? {
        switch news {
        case .trades(let prints):
            prints.first.map { print in
                topic.channel == .aggregateTrade
                    ? BinanceFrames.aggregateTrade(print, listing, now: now).bytes
                    : BinanceFrames.trade(print, listing, now: now).bytes
            }
        case .quote(let top): BinanceFrames.bookTicker(top, listing).bytes
        case .book(let change): BinanceFrames.depth(change, listing, now: now).bytes
        case .bookSnapshot(let book): BinanceAnswers.depth(book, limit: book.bids.count).bytes
        case .ticker(let row, _):
            topic.channel == .miniTicker
                ? BinanceTickers(row).mini(now: now).bytes : BinanceTickers(row).full(now: now).bytes
        case .candle(let bar, let interval, let isClosed):
            BinanceFrames.candle(bar, interval, isClosed: isClosed, listing, now: now).bytes
        case .liquidation, .figures: nil
        }
    }

    func frame(rows: [MarketRow], _ topic: Topic, now: MarketTime) -> [UInt8]? {
        var json = JSONText(capacity: rows.count * 200)
        json.array(rows.lazy.map { BinanceTickers($0).mini(now: now) })
        return json.bytes
    }
}

/// USD-M streams in Binance's words: the spot words with the fields that futures add.
struct BinancePerpetualWords: VenueWords {
    var rhythm: Rhythm { Rhythm(ticker: 2000, allTickers: 1000, candle: 250, figures: 1000) }

    func frame(_ news: News, _ topic: Topic, _ listing: Listing, now: MarketTime) -> [UInt8]? {
        switch news {
        case .trades(let prints):
            prints.first.map { print in
                topic.channel == .aggregateTrade
                    ? BinancePerpetualFrames.aggregateTrade(print, listing, now: now).bytes
                    : BinancePerpetualFrames.trade(print, listing, now: now).bytes
            }
        case .quote(let top): BinancePerpetualFrames.bookTicker(top, listing, now: now).bytes
        case .book(let change):
            BinancePerpetualFrames.depth(
                change,
                listing,
                isSlow: topic.channel == .book(levels: nil, isSlow: true),
                now: now
            ).bytes
        case .bookSnapshot(let book):
            BinancePerpetualFrames.depth(
                DepthChange(updateIDs: book.updateID...book.updateID, bids: book.bids, asks: book.asks),
                listing,
                now: now
            ).bytes
        case .ticker(let row, _):
            BinancePerpetualFrames.family(
                topic.channel == .miniTicker
                    ? BinanceTickers(row).mini(now: now) : BinanceTickers(row).full(now: now),
                listing
            ).bytes
        case .candle(let bar, let interval, let isClosed):
            BinancePerpetualFrames.family(
                BinanceFrames.candle(bar, interval, isClosed: isClosed, listing, now: now),
                listing
            ).bytes
        case .liquidation(let closed): BinancePerpetualFrames.forceOrder(closed, listing, now: now).bytes
        case .figures(let figures): BinancePerpetualFrames.markPrice(figures, listing, now: now).bytes
        }
    }

    func frame(rows: [MarketRow], _ topic: Topic, now: MarketTime) -> [UInt8]? {
        var json = JSONText(capacity: rows.count * 400)
        json.array(
            rows.lazy.compactMap { row in
                switch topic.channel {
                case .miniTicker: BinancePerpetualFrames.family(BinanceTickers(row).mini(now: now), row.listing)
                case .ticker: BinancePerpetualFrames.family(BinanceTickers(row).full(now: now), row.listing)
                default: row.figures.map { BinancePerpetualFrames.markPrice($0, row.listing, now: now) }
                }
            }
        )
        return json.bytes
    }
}
