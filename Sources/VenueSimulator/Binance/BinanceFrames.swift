import Markets

/// Stream payloads in Binance spot's words.
///
/// - Source: binance/binance-spot-api-docs, web-socket-streams.md (July 2026), and recordings of the same year.
enum BinanceFrames {
    /// One trade: `{"e":"trade","E":…,"s":"BTCUSDT","t":…,"p":"…","q":"…","T":…,"m":false,"M":true}`; `m`: the taker sold.
    static func trade(_ print: Print, _ listing: Listing, now: MarketTime) -> JSONText {
        var json = head("trade", listing, now)
        json.raw(#","t":"#)
        json.integer(print.id)
        return finish(&json, print)
    }

    /// Each trade stands alone: `f` and `l` are its id, and so is `a`.
    static func aggregateTrade(_ print: Print, _ listing: Listing, now: MarketTime) -> JSONText {
        var json = head("aggTrade", listing, now)
        json.raw(#","a":"#)
        json.integer(print.id)
        json.raw(#","p":"#)
        json.price(print.price)
        json.raw(#","q":"#)
        json.quantity(print.quantity)
        json.raw(#","f":"#)
        json.integer(print.id)
        json.raw(#","l":"#)
        json.integer(print.id)
        return tail(&json, print)
    }

    private static func finish(_ json: inout JSONText, _ print: Print) -> JSONText {
        json.raw(#","p":"#)
        json.price(print.price)
        json.raw(#","q":"#)
        json.quantity(print.quantity)
        return tail(&json, print)
    }

    private static func tail(_ json: inout JSONText, _ print: Print) -> JSONText {
        json.raw(#","T":"#)
        json.integer(print.time.milliseconds)
        json.raw(print.takerSide == .sell ? #","m":true,"M":true}"# as StaticString : #","m":false,"M":true}"#)
        return json
    }

    /// A candle: `{"e":"kline",…,"k":{"t":…,"T":…,…,"x":false,…}}`; `f` and `L` are −1 where the ids are not known.
    static func candle(
        _ bar: Bar,
        _ interval: CandleInterval,
        isClosed: Bool,
        _ listing: Listing,
        now: MarketTime
    ) -> JSONText {
        var json = head("kline", listing, now)
        json.raw(#","k":{"t":"#)
        json.integer(bar.openTime.milliseconds)
        json.raw(#","T":"#)
        json.integer(bar.openTime.milliseconds + interval.milliseconds - 1)
        json.raw(#","s":"#)
        json.name(listing.venueSymbol)
        json.raw(#","i":"#)
        json.name(interval.rawValue)
        json.raw(#","f":"#)
        json.integer(bar.tradeIDs?.lowerBound ?? -1)
        json.raw(#","L":"#)
        json.integer(bar.tradeIDs?.upperBound ?? -1)
        for (key, price) in [("o", bar.open), ("c", bar.close), ("h", bar.high), ("l", bar.low)] {
            json.raw(",\"\(key)\":")
            json.price(price)
        }
        json.raw(#","v":"#)
        json.quantity(bar.volume)
        json.raw(#","n":"#)
        json.integer(bar.trades)
        json.raw(isClosed ? #","x":true,"q":"# as StaticString : #","x":false,"q":"#)
        json.money(bar.quoteVolume)
        json.raw(#","V":"#)
        json.quantity(bar.takerBuyVolume)
        json.raw(#","Q":"#)
        json.money(bar.takerBuyQuoteVolume)
        json.raw(#","B":"0"}}"#)
        return json
    }

    /// Best bid and ask: `{"u":…,"s":"BTCUSDT","b":"…","B":"…","a":"…","A":"…"}`, without event type and time.
    static func bookTicker(_ top: TopOfBook, _ listing: Listing) -> JSONText {
        var json = JSONText()
        json.raw(#"{"u":"#)
        json.integer(top.updateID)
        json.raw(#","s":"#)
        json.name(listing.venueSymbol)
        json.raw(#","b":"#)
        json.price(top.bid)
        json.raw(#","B":"#)
        json.quantity(top.bidQuantity)
        json.raw(#","a":"#)
        json.price(top.ask)
        json.raw(#","A":"#)
        json.quantity(top.askQuantity)
        json.raw("}")
        return json
    }

    /// Changes of a book: `{"e":"depthUpdate",…,"U":…,"u":…,"b":[…],"a":[…]}`.
    static func depth(_ change: DepthChange, _ listing: Listing, now: MarketTime) -> JSONText {
        var json = head("depthUpdate", listing, now)
        json.raw(#","U":"#)
        json.integer(change.updateIDs.lowerBound)
        json.raw(#","u":"#)
        json.integer(change.updateIDs.upperBound)
        json.raw(#","b":"#)
        json.levels(change.bids)
        json.raw(#","a":"#)
        json.levels(change.asks)
        json.raw("}")
        return json
    }

    /// Says that the connection will be closed soon (since May 2026).
    static func serverShutdown(now: MarketTime) -> JSONText {
        var json = JSONText()
        json.raw(#"{"e":"serverShutdown","E":"#)
        json.integer(now.milliseconds)
        json.raw("}")
        return json
    }

    static func head(_ event: StaticString, _ listing: Listing, _ now: MarketTime) -> JSONText {
        var json = JSONText()
        json.raw(#"{"e":""#)
        json.raw(event)
        json.raw(#"","E":"#)
        json.integer(now.milliseconds)
        json.raw(#","s":"#)
        json.name(listing.venueSymbol)
        return json
    }
}
