import Markets

/// USD-M stream payloads in Binance's words, with `ps` (pair) and `st` (1 is USD-M) as since June 2026.
///
/// - Source: developers.binance.com, USD-M websocket market streams; recordings of 2026-07 and 2026-10.
enum BinancePerpetualFrames {
    /// One trade: `{"e":"trade","E":…,"T":…,"s":"BTCUSDT","t":…,"p":"…","q":"…","X":"MARKET","m":true,"st":1}`.
    static func trade(_ print: Print, _ listing: Listing, now: MarketTime) -> JSONText {
        var json = JSONText()
        json.raw(#"{"e":"trade","E":"#)
        json.integer(now.milliseconds)
        json.raw(#","T":"#)
        json.integer(print.time.milliseconds)
        json.raw(#","s":"#)
        json.name(listing.venueSymbol)
        json.raw(#","t":"#)
        json.integer(print.id)
        json.raw(#","p":"#)
        json.decimal(print.price.value, places: listing.pricePlaces)
        json.raw(#","q":"#)
        json.decimal(print.quantity.value, places: listing.quantityPlaces)
        json.raw(#","X":"MARKET","m":"#)
        json.bool(print.takerSide == .sell)
        json.raw(#","st":1}"#)
        return json
    }

    static func aggregateTrade(_ print: Print, _ listing: Listing, now: MarketTime) -> JSONText {
        var json = JSONText()
        json.raw(#"{"e":"aggTrade","E":"#)
        json.integer(now.milliseconds)
        json.raw(#","a":"#)
        json.integer(print.id)
        json.raw(#","s":"#)
        json.name(listing.venueSymbol)
        json.raw(#","p":"#)
        json.decimal(print.price.value, places: listing.pricePlaces)
        for key in [#","q":"# as StaticString, #","nq":"#] {
            json.raw(key)
            json.decimal(print.quantity.value, places: listing.quantityPlaces)
        }
        json.raw(#","f":"#)
        json.integer(print.id)
        json.raw(#","l":"#)
        json.integer(print.id)
        json.raw(#","T":"#)
        json.integer(print.time.milliseconds)
        json.raw(#","m":"#)
        json.bool(print.takerSide == .sell)
        json.raw(#","st":1}"#)
        return json
    }

    static func bookTicker(_ top: TopOfBook, _ listing: Listing, now: MarketTime) -> JSONText {
        var json = JSONText()
        json.raw(#"{"e":"bookTicker","u":"#)
        json.integer(top.updateID)
        json.raw(#","s":"#)
        json.name(listing.venueSymbol)
        json.raw(#","ps":"#)
        json.name(listing.venueSymbol)
        json.raw(#","b":"#)
        json.decimal(top.bid.value, places: listing.pricePlaces)
        json.raw(#","B":"#)
        json.decimal(top.bidQuantity.value, places: listing.quantityPlaces)
        json.raw(#","a":"#)
        json.decimal(top.ask.value, places: listing.pricePlaces)
        json.raw(#","A":"#)
        json.decimal(top.askQuantity.value, places: listing.quantityPlaces)
        json.raw(#","T":"#)
        json.integer(now.milliseconds)
        json.raw(#","E":"#)
        json.integer(now.milliseconds)
        json.raw(#","st":1}"#)
        return json
    }

    /// Changes of a book, joined by `pu`: ids count over all markets, so `U` need not be the last `u` plus one.
    static func depth(_ change: DepthChange, _ listing: Listing, isSlow: Bool = false, now: MarketTime) -> JSONText {
        var json = JSONText(capacity: 1024)
        let last = change.updateIDs.upperBound
        let previous = change.updateIDs.lowerBound - 1
        json.raw(#"{"e":"depthUpdate","E":"#)
        json.integer(now.milliseconds)
        json.raw(#","T":"#)
        json.integer(now.milliseconds)
        json.raw(#","s":"#)
        json.name(listing.venueSymbol)
        json.raw(#","ps":"#)
        json.name(listing.venueSymbol)
        json.raw(#","U":"#)
        json.integer(min(previous + (isSlow ? 1 : 3), last))
        json.raw(#","u":"#)
        json.integer(last)
        json.raw(#","pu":"#)
        json.integer(previous)
        json.raw(#","b":"#)
        json.levels(change.bids, listing)
        json.raw(#","a":"#)
        json.levels(change.asks, listing)
        json.raw(#","st":1}"#)
        return json
    }

    /// `S` is the side of the closing order: SELL closed a long.
    static func forceOrder(_ closed: ForcedClose, _ listing: Listing, now: MarketTime) -> JSONText {
        var json = JSONText()
        json.raw(#"{"e":"forceOrder","E":"#)
        json.integer(now.milliseconds)
        json.raw(#","o":{"s":"#)
        json.name(listing.venueSymbol)
        json.raw(closed.orderSide == .sell ? #","S":"SELL""# as StaticString : #","S":"BUY""#)
        json.raw(#","o":"LIMIT","f":"IOC","q":"#)
        json.decimal(closed.quantity.value, places: listing.quantityPlaces)
        json.raw(#","p":"#)
        json.decimal(closed.price.value, places: listing.pricePlaces)
        json.raw(#","ap":"#)
        json.decimal(closed.price.value, places: listing.pricePlaces)
        json.raw(#","X":"FILLED","l":"#)
        json.decimal(closed.quantity.value, places: listing.quantityPlaces)
        json.raw(#","z":"#)
        json.decimal(closed.quantity.value, places: listing.quantityPlaces)
        json.raw(#","T":"#)
        json.integer(closed.time.milliseconds)
        json.raw(#","ps":"#)
        json.name(listing.venueSymbol)
        json.raw(#","st":1}}"#)
        return json
    }

    static func markPrice(_ figures: PerpetualFigures, _ listing: Listing, now: MarketTime) -> JSONText {
        var json = JSONText()
        json.raw(#"{"e":"markPriceUpdate","E":"#)
        json.integer(now.milliseconds)
        json.raw(#","s":"#)
        json.name(listing.venueSymbol)
        json.raw(#","p":"#)
        json.decimal(figures.markPrice.value)
        json.raw(#","P":"#)
        json.decimal(figures.indexPrice.value)
        json.raw(#","i":"#)
        json.decimal(figures.indexPrice.value)
        json.raw(#","r":"#)
        json.decimal(figures.fundingRate)
        json.raw(#","T":"#)
        json.integer(figures.nextFunding.milliseconds)
        json.raw(#","st":1}"#)
        return json
    }

    /// A frame that is spot's but for pair and family at its end.
    static func family(_ spot: JSONText, _ listing: Listing) -> JSONText {
        var json = spot
        json.removeLast()
        json.raw(#","ps":"#)
        json.name(listing.venueSymbol)
        json.raw(#","st":1}"#)
        return json
    }
}
