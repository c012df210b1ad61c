import Markets

/// REST bodies in Binance spot's words.
///
/// - Source: binance/binance-spot-api-docs, rest-api.md (July 2026), and recordings of the same year.
enum BinanceAnswers {
    static var empty: JSONText {
        var json = JSONText()
        json.raw("{}")
        return json
    }

    static func time(_ time: MarketTime) -> JSONText {
        var json = JSONText()
        json.raw(#"{"serverTime":"#)
        json.integer(time.milliseconds)
        json.raw("}")
        return json
    }

    /// A request for one symbol is answered with the row itself, everything else with a list.
    static func list(_ rows: [JSONText], isSingle: Bool) -> JSONText {
        if isSingle, let only = rows.first { return only }
        var json = JSONText(capacity: rows.reduce(2) { $0 + $1.bytes.count + 1 })
        json.array(rows)
        return json
    }

    /// Rows of 12 fields, the last of them unused.
    static func candles(_ bars: [Bar], _ interval: CandleInterval) -> JSONText {
        var json = JSONText(capacity: bars.count * 200 + 2)
        json.array(bars.lazy.map { row($0, interval) })
        return json
    }

    private static func row(_ bar: Bar, _ interval: CandleInterval) -> JSONText {
        var json = JSONText()
        json.raw("[")
        json.integer(bar.openTime.milliseconds)
        for price in [bar.open, bar.high, bar.low, bar.close] {
            json.raw(",")
            json.price(price)
        }
        json.raw(",")
        json.quantity(bar.volume)
        json.raw(",")
        json.integer(bar.openTime.milliseconds + interval.milliseconds - 1)
        json.raw(",")
        json.money(bar.quoteVolume)
        json.raw(",")
        json.integer(bar.trades)
        json.raw(",")
        json.quantity(bar.takerBuyVolume)
        json.raw(",")
        json.money(bar.takerBuyQuoteVolume)
        json.raw(#","0"]"#)
        return json
    }

    /// A market without a known book has number 0 and no levels.
    static func depth(_ snapshot: DepthSnapshot?, limit: Int) -> JSONText {
        var json = JSONText(capacity: 8192)
        json.raw(#"{"lastUpdateId":"#)
        json.integer(snapshot?.updateID ?? 0)
        json.raw(#","bids":"#)
        json.levels(snapshot?.bids.prefix(limit) ?? [])
        json.raw(#","asks":"#)
        json.levels(snapshot?.asks.prefix(limit) ?? [])
        json.raw("}")
        return json
    }

    static func trades(_ prints: [Print]) -> JSONText {
        var json = JSONText(capacity: prints.count * 160 + 2)
        json.array(
            prints.lazy.map { print in
                var json = JSONText()
                json.raw(#"{"id":"#)
                json.integer(print.id)
                json.raw(#","price":"#)
                json.price(print.price)
                json.raw(#","qty":"#)
                json.quantity(print.quantity)
                json.raw(#","quoteQty":"#)
                json.money((print.price * print.quantity) ?? .zero)
                json.raw(#","time":"#)
                json.integer(print.time.milliseconds)
                json.raw(#","isBuyerMaker":"#)
                json.bool(print.takerSide == .sell)
                json.raw(#","isBestMatch":true}"#)
                return json
            }
        )
        return json
    }

    static func exchangeInfo(_ listings: [Listing], now: MarketTime) -> JSONText {
        var json = JSONText(capacity: listings.count * 1600)
        json.raw(#"{"timezone":"UTC","serverTime":"#)
        json.integer(now.milliseconds)
        json.raw(#","rateLimits":["#)
        json.raw(#"{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000},"#)
        json.raw(#"{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":100},"#)
        json.raw(#"{"rateLimitType":"ORDERS","interval":"DAY","intervalNum":1,"limit":200000},"#)
        json.raw(#"{"rateLimitType":"RAW_REQUESTS","interval":"MINUTE","intervalNum":5,"limit":300000}"#)
        json.raw(#"],"exchangeFilters":[],"symbols":"#)
        json.array(listings.lazy.map(symbol))
        json.raw("}")
        return json
    }

    private static func symbol(_ listing: Listing) -> JSONText {
        var json = JSONText(capacity: 1600)
        json.raw(#"{"symbol":"#)
        json.name(listing.venueSymbol)
        json.raw(#","status":"#)
        json.name(listing.state == .trading ? "TRADING" : "BREAK")
        json.raw(#","baseAsset":"#)
        json.name(listing.base)
        json.raw(#","baseAssetPrecision":8,"quoteAsset":"#)
        json.name(listing.quote)
        json.raw(#","quotePrecision":8,"quoteAssetPrecision":8,"baseCommissionPrecision":8,"#)
        json.raw(#""quoteCommissionPrecision":8,"orderTypes":["LIMIT","LIMIT_MAKER","MARKET","STOP_LOSS","#)
        json.raw(#""STOP_LOSS_LIMIT","TAKE_PROFIT","TAKE_PROFIT_LIMIT"],"icebergAllowed":true,"ocoAllowed":true,"#)
        json.raw(#""otoAllowed":true,"opoAllowed":true,"quoteOrderQtyMarketAllowed":true,"allowTrailingStop":true,"#)
        json.raw(#""cancelReplaceAllowed":true,"amendAllowed":true,"pegInstructionsAllowed":true,"#)
        json.raw(#""isSpotTradingAllowed":true,"isMarginTradingAllowed":false,"filters":["#)
        filters(listing, &json)
        json.raw(#"],"permissions":[],"permissionSets":[["SPOT"]],"defaultSelfTradePreventionMode":"EXPIRE_MAKER","#)
        json.raw(#""allowedSelfTradePreventionModes":["EXPIRE_TAKER","EXPIRE_MAKER","EXPIRE_BOTH","DECREMENT"]}"#)
        return json
    }

    private static func filters(_ listing: Listing, _ json: inout JSONText) {
        json.raw(#"{"filterType":"PRICE_FILTER","minPrice":"#)
        json.price(listing.tickSize)
        json.raw(#","maxPrice":"1000000.00000000","tickSize":"#)
        json.price(listing.tickSize)
        json.raw(#"},{"filterType":"LOT_SIZE","minQty":"#)
        json.quantity(listing.lotSize)
        json.raw(#","maxQty":"9000000000.00000000","stepSize":"#)
        json.quantity(listing.lotSize)
        json.raw(#"},{"filterType":"ICEBERG_PARTS","limit":100},{"filterType":"MARKET_LOT_SIZE","#)
        json.raw(#""minQty":"0.00000000","maxQty":"9000000000.00000000","stepSize":"0.00000000"},"#)
        json.raw(
            #"{"filterType":"NOTIONAL","minNotional":"5.00000000","applyMinToMarket":true,"maxNotional":"9000000.00000000","#
        )
        json.raw(#""applyMaxToMarket":false,"avgPriceMins":5},{"filterType":"MAX_NUM_ORDERS","maxNumOrders":200},"#)
        json.raw(#"{"filterType":"MAX_NUM_ALGO_ORDERS","maxNumAlgoOrders":5}"#)
    }
}
