import Markets

/// Elements of the `data` arrays of OKX's frames and answers.
enum OKXRows {
    static func row(_ news: News, _ topic: Topic, _ listing: Listing, now: MarketTime, _ json: inout JSONText) {
        switch news {
        case .trades(let prints):
            for print in prints { trade(print, listing, &json) }
        case .quote(let top):
            json.raw(#"{"asks":"#)
            levels([Level(price: top.ask, quantity: top.askQuantity)], &json)
            json.raw(#","bids":"#)
            levels([Level(price: top.bid, quantity: top.bidQuantity)], &json)
            stamp(top.updateID, now, &json)
        case .ticker(let row, _): ticker(row, now: now, &json)
        case .candle(let bar, _, let isClosed): candle(bar, isClosed: isClosed, listing, &json)
        case .liquidation(let closed): liquidation(closed, listing, &json)
        case .figures(let figures): self.figures(figures, topic.channel, listing, now: now, &json)
        case .book, .bookSnapshot: break
        }
    }

    private static func market(_ listing: Listing, _ json: inout JSONText) {
        json.raw(
            listing.isPerpetual ? #"{"instType":"SWAP","instId":"# as StaticString : #"{"instType":"SPOT","instId":"#
        )
        json.name(listing.venueSymbol)
    }

    static func trade(_ print: Print, _ listing: Listing, _ json: inout JSONText) {
        json.raw(#"{"instId":"#)
        json.name(listing.venueSymbol)
        json.raw(#","tradeId":"#)
        json.quoted(print.id)
        json.raw(#","px":"#)
        json.plain(print.price.value)
        json.raw(#","sz":"#)
        json.plain(print.quantity.value)
        json.raw(print.takerSide == .buy ? #","side":"buy","ts":"# as StaticString : #","side":"sell","ts":"#)
        json.quoted(print.time.milliseconds)
        json.raw(#","count":"1","source":"0","seqId":"#)
        json.integer(print.id)
        json.raw("}")
    }

    /// `vol24h` is base asset or contracts, `volCcy24h` quote asset on spot and base asset on swaps.
    static func ticker(_ row: MarketRow, now: MarketTime, _ json: inout JSONText) {
        market(row.listing, &json)
        let turnover = row.listing.isPerpetual ? row.baseVolume : row.quoteVolume
        let fields: [(StaticString, FixedPoint)] = [
            ("last", row.last), ("lastSz", row.lastQuantity), ("askPx", row.quote?.ask.value ?? .zero),
            ("askSz", row.quote?.askQuantity.value ?? .zero), ("bidPx", row.quote?.bid.value ?? .zero),
            ("bidSz", row.quote?.bidQuantity.value ?? .zero), ("open24h", row.open), ("high24h", row.high),
            ("low24h", row.low), ("sodUtc0", row.open), ("sodUtc8", row.open), ("volCcy24h", turnover),
            ("vol24h", row.volume),
        ]
        for (key, value) in fields {
            json.raw(",\"")
            json.raw(key)
            json.raw("\":")
            json.plain(value)
        }
        json.raw(#","ts":"#)
        json.quoted(now.milliseconds)
        json.raw("}")
    }

    /// `[ts, o, h, l, c, vol, volCcy, volCcyQuote, confirm]`.
    static func candle(_ bar: Bar, isClosed: Bool, _ listing: Listing, _ json: inout JSONText) {
        json.raw("[")
        json.quoted(bar.openTime.milliseconds)
        let currency = listing.isPerpetual ? listing.base(bar.volume).value : bar.quoteVolume.value
        for value in [
            bar.open.value, bar.high.value, bar.low.value, bar.close.value, bar.volume.value, currency,
            bar.quoteVolume.value,
        ] {
            json.raw(",")
            json.plain(value)
        }
        json.raw(isClosed ? #","1"]"# as StaticString : #","0"]"#)
    }

    /// `posSide` is the position's, `side` the closing order's; `sz` counts contracts.
    private static func liquidation(_ closed: ForcedClose, _ listing: Listing, _ json: inout JSONText) {
        json.raw(#"{"details":[{"bkLoss":"0","bkPx":"#)
        json.plain(closed.price.value)
        // Accounts in net mode do not say which position it was.
        let isNet = closed.time.milliseconds.isMultiple(of: 5)
        json.raw(#","ccy":"","posSide":"#)
        json.name(isNet ? "net" : closed.position == .long ? "long" : "short")
        json.raw(closed.orderSide == .sell ? #","side":"sell","sz":"# as StaticString : #","side":"buy","sz":"#)
        json.plain(closed.quantity.value)
        json.raw(#","ts":"#)
        json.quoted(closed.time.milliseconds)
        let family = listing.base + "-" + listing.quote
        json.raw(#"}],"instFamily":"#)
        json.name(family)
        json.raw(#","instId":"#)
        json.name(listing.venueSymbol)
        json.raw(#","instType":"SWAP","uly":"#)
        json.name(family)
        json.raw("}")
    }

    static func figures(
        _ figures: PerpetualFigures,
        _ channel: StreamKind?,
        _ listing: Listing,
        now: MarketTime,
        _ json: inout JSONText
    ) {
        switch channel {
        case .funding: funding(figures, listing, now: now, &json)
        case .openInterest: openInterest(figures, listing, now: now, &json)
        case .indexPrice:
            json.raw(#"{"instId":"#)
            json.name(listing.base + "-" + listing.quote)
            json.raw(#","idxPx":"#)
            json.plain(figures.indexPrice.value)
            json.raw(#","ts":"#)
            json.quoted(now.milliseconds)
            json.raw("}")
        default:
            market(listing, &json)
            json.raw(#","markPx":"#)
            json.plain(figures.markPrice.value)
            json.raw(#","ts":"#)
            json.quoted(now.milliseconds)
            json.raw("}")
        }
    }

    static func funding(_ figures: PerpetualFigures, _ listing: Listing, now: MarketTime, _ json: inout JSONText) {
        let length = PerpetualFundingTimes.hours * 3_600_000
        market(listing, &json)
        json.raw(#","formulaType":"withRate","fundingRate":"#)
        json.plain(figures.fundingRate)
        json.raw(#","fundingTime":"#)
        json.quoted(figures.nextFunding.milliseconds)
        json.raw(#","impactValue":"20000","interestRate":"0.0001","maxFundingRate":"0.00375","#)
        json.raw(#""method":"current_period","minFundingRate":"-0.00375","nextFundingRate":"","nextFundingTime":"#)
        json.quoted(figures.nextFunding.milliseconds + length)
        json.raw(#","premium":"0","prevFundingTime":"#)
        json.quoted(figures.nextFunding.milliseconds - length)
        json.raw(#","settFundingRate":"","settState":"settled","ts":"#)
        json.quoted(now.milliseconds)
        json.raw("}")
    }

    static func openInterest(_ figures: PerpetualFigures, _ listing: Listing, now: MarketTime, _ json: inout JSONText) {
        let coins = listing.base(figures.openInterest)
        market(listing, &json)
        json.raw(#","oi":"#)
        json.plain(figures.openInterest.value)
        json.raw(#","oiCcy":"#)
        json.plain(coins.value)
        json.raw(#","oiUsd":"#)
        json.plain((figures.markPrice * coins ?? .zero).value)
        json.raw(#","ts":"#)
        json.quoted(now.milliseconds)
        json.raw("}")
    }
}

// MARK: - Books

extension OKXRows {
    static func book(_ change: DepthChange, _ listing: Listing, now: MarketTime, _ json: inout JSONText) {
        json.raw(#"{"asks":"#)
        levels(change.asks, &json)
        json.raw(#","bids":"#)
        levels(change.bids, &json)
        let isQuiet = change.asks.isEmpty && change.bids.isEmpty
        let previous = isQuiet ? change.updateIDs.upperBound : change.updateIDs.lowerBound - 1
        chain(change.updateIDs.upperBound, previous, now, &json)
    }

    static func book(_ book: DepthSnapshot, _ listing: Listing, now: MarketTime, _ json: inout JSONText) {
        json.raw(#"{"asks":"#)
        levels(book.asks, &json)
        json.raw(#","bids":"#)
        levels(book.bids, &json)
        chain(book.updateID, -1, now, &json)
    }

    static func topOfBook(_ book: DepthSnapshot, _ listing: Listing, now: MarketTime, _ json: inout JSONText) {
        json.raw(#"{"asks":"#)
        levels(book.asks, &json)
        json.raw(#","bids":"#)
        levels(book.bids, &json)
        json.raw(#","instId":"#)
        json.name(listing.venueSymbol)
        stamp(book.updateID, now, &json)
    }

    private static func stamp(_ updateID: Int64, _ now: MarketTime, _ json: inout JSONText) {
        json.raw(#","ts":"#)
        json.quoted(now.milliseconds)
        json.raw(#","seqId":"#)
        json.integer(updateID)
        json.raw("}")
    }

    /// The checksum has meant nothing since June 2026 and is 0.
    private static func chain(_ updateID: Int64, _ previous: Int64, _ now: MarketTime, _ json: inout JSONText) {
        json.raw(#","ts":"#)
        json.quoted(now.milliseconds)
        json.raw(#","checksum":0,"seqId":"#)
        json.integer(updateID)
        json.raw(#","prevSeqId":"#)
        if previous < 0 { json.raw("-1") } else { json.integer(previous) }
        json.raw("}")
    }

    /// `[price, quantity, "0", orders]`.
    static func levels(_ levels: some Sequence<Level>, _ json: inout JSONText) {
        json.raw("[")
        var isFirst = true
        for level in levels {
            json.raw(isFirst ? "[" as StaticString : ",[")
            isFirst = false
            json.plain(level.price.value)
            json.raw(",")
            json.plain(level.quantity.value)
            json.raw(level.quantity == .zero ? #","0","0"]"# as StaticString : #","0","3"]"#)
        }
        json.raw("]")
    }
}
