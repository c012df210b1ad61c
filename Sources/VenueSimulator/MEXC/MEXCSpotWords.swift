import Markets

/// MEXC's spot streams, binary messages of protobuf: a wrapper of channel, symbol and time around one body.
///
/// - Source: mexcdevelop/websocket-proto (June 2026) for the field numbers.
struct MEXCSpotWords: VenueWords {
    var rhythm: Rhythm { Rhythm(candle: 1000, gathersTrades: true) }
    var isBinary: Bool { true }

    private enum Body {
        static let limitDepth = 303
        static let candle = 308
        static let depth = 313
        static let deals = 314
        static let bookTicker = 315
    }

    func frame(_ news: News, _ topic: Topic, _ listing: Listing, now: MarketTime) -> [UInt8]? {
        var frame = ProtobufText(capacity: 256)
        frame.text(1, topic.name)
        frame.text(3, listing.venueSymbol)
        frame.integer(6, now.milliseconds)
        switch news {
        case .trades(let prints): frame.message(Body.deals, deals(prints, topic))
        case .quote(let top): frame.message(Body.bookTicker, bookTicker(top, now: now))
        case .book(let change): frame.message(Body.depth, depth(change, topic, now: now))
        case .bookSnapshot(let book): frame.message(Body.limitDepth, limitDepth(book, topic, now: now))
        case .candle(let bar, let interval, _): frame.message(Body.candle, candle(bar, interval))
        case .ticker, .liquidation, .figures: return nil
        }
        return frame.bytes
    }

    private func deals(_ prints: [Print], _ topic: Topic) -> ProtobufText {
        var body = ProtobufText()
        for print in prints {
            var deal = ProtobufText()
            deal.text(1, print.price.description)
            deal.text(2, print.quantity.description)
            deal.integer(3, print.takerSide == .buy ? 1 : 2)
            deal.integer(4, print.time.milliseconds)
            deal.text(5, "\(print.id)X0_\(print.id + 1)X0")
            body.message(1, deal)
        }
        body.text(2, event(topic))
        return body
    }

    private func bookTicker(_ top: TopOfBook, now: MarketTime) -> ProtobufText {
        var body = ProtobufText()
        body.text(1, top.bid.description)
        body.text(2, top.bidQuantity.description)
        body.text(3, top.ask.description)
        body.text(4, top.askQuantity.description)
        body.text(5, String(top.updateID))
        body.integer(6, now.milliseconds)
        return body
    }

    private func depth(_ change: DepthChange, _ topic: Topic, now: MarketTime) -> ProtobufText {
        var body = ProtobufText(capacity: 1024)
        levels(change.asks, 1, &body)
        levels(change.bids, 2, &body)
        body.text(3, event(topic))
        body.text(4, String(change.updateIDs.lowerBound))
        body.text(5, String(change.updateIDs.upperBound))
        body.integer(6, now.milliseconds)
        return body
    }

    private func limitDepth(_ book: DepthSnapshot, _ topic: Topic, now: MarketTime) -> ProtobufText {
        var body = ProtobufText(capacity: 1024)
        levels(book.asks, 1, &body)
        levels(book.bids, 2, &body)
        body.text(3, event(topic))
        body.text(4, String(book.updateID))
        body.integer(5, now.milliseconds)
        return body
    }

    private func levels(_ levels: [Level], _ field: Int, _ body: inout ProtobufText) {
        for level in levels {
            var item = ProtobufText(capacity: 40)
            item.text(1, level.price.description)
            item.text(2, level.quantity.description)
            body.message(field, item)
        }
    }

    /// Times are in seconds here.
    private func candle(_ bar: Bar, _ interval: CandleInterval) -> ProtobufText {
        var body = ProtobufText()
        body.text(1, CandleNames.name(interval, in: CandleNames.mexcSpotStream))
        body.integer(2, bar.openTime.milliseconds / 1000)
        body.text(3, bar.open.description)
        body.text(4, bar.close.description)
        body.text(5, bar.high.description)
        body.text(6, bar.low.description)
        body.text(7, bar.volume.description)
        body.text(8, bar.quoteVolume.description)
        body.integer(9, (bar.openTime.milliseconds + interval.milliseconds) / 1000)
        return body
    }

    /// The channel without its market: `spot@public.aggre.deals.v3.api.pb@100ms`.
    private func event(_ topic: Topic) -> String {
        let parts = topic.name.split(separator: "@").map(String.init)
        return parts[1].hasPrefix("public.aggre.")
            ? parts.prefix(3).joined(separator: "@") : parts.prefix(2).joined(separator: "@")
    }
}
