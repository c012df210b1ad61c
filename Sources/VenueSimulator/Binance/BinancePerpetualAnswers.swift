import Markets

/// REST bodies of USD-M futures in Binance's words.
///
/// - Source: developers.binance.com, USD-M REST; recordings of 2021 and 2022.
enum BinancePerpetualAnswers {
    static func exchangeInfo(_ listings: [Listing], now: MarketTime) -> JSONText {
        var json = JSONText(capacity: listings.count * 900)
        json.raw(#"{"timezone":"UTC","serverTime":"#)
        json.integer(now.milliseconds)
        json.raw(#","futuresType":"U_MARGINED","rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","#)
        json.raw(#""interval":"MINUTE","intervalNum":1,"limit":2400}],"exchangeFilters":[],"assets":["#)
        json.raw(#"{"asset":"USDT","marginAvailable":true,"autoAssetExchange":"-10000"}],"symbols":"#)
        json.array(listings.lazy.map(symbol))
        json.raw("}")
        return json
    }

    private static func symbol(_ listing: Listing) -> JSONText {
        var json = JSONText(capacity: 900)
        json.raw(#"{"symbol":"#)
        json.name(listing.venueSymbol)
        json.raw(#","pair":"#)
        json.name(listing.venueSymbol)
        json.raw(#","contractType":"PERPETUAL","deliveryDate":4133404800000,"onboardDate":1569398400000,"status":"#)
        json.name(listing.state == .trading ? "TRADING" : "SETTLING")
        json.raw(#","maintMarginPercent":"2.5000","requiredMarginPercent":"5.0000","baseAsset":"#)
        json.name(listing.base)
        json.raw(#","quoteAsset":"#)
        json.name(listing.quote)
        json.raw(#","marginAsset":"#)
        json.name(listing.quote)
        json.raw(#","pricePrecision":"#)
        json.integer(listing.pricePlaces)
        json.raw(#","quantityPrecision":"#)
        json.integer(listing.quantityPlaces)
        json.raw(#","baseAssetPrecision":8,"quotePrecision":8,"underlyingType":"COIN","underlyingSubType":[],"#)
        json.raw(#""triggerProtect":"0.0500","liquidationFee":"0.012000","marketTakeBound":"0.30","filters":["#)
        json.raw(#"{"minPrice":"#)
        json.plain(listing.tickSize.value)
        json.raw(#","maxPrice":"1000000","filterType":"PRICE_FILTER","tickSize":"#)
        json.plain(listing.tickSize.value)
        json.raw(#"},{"stepSize":"#)
        json.plain(listing.lotSize.value)
        json.raw(#","filterType":"LOT_SIZE","maxQty":"1000000000","minQty":"#)
        json.plain(listing.lotSize.value)
        json.raw(#"},{"notional":"5","filterType":"MIN_NOTIONAL"}],"orderTypes":["LIMIT","MARKET","STOP"],"#)
        json.raw(#""timeInForce":["GTC","IOC","FOK","GTX"]}"#)
        return json
    }

    /// A row of `GET /fapi/v1/ticker/24hr`: spot's without the quote.
    static func ticker(_ row: MarketRow) -> JSONText { BinanceTickers(row).perpetualRow }

    static func depth(_ book: DepthSnapshot?, _ listing: Listing, limit: Int, now: MarketTime) -> JSONText {
        var json = JSONText(capacity: 8192)
        json.raw(#"{"lastUpdateId":"#)
        json.integer(book?.updateID ?? 0)
        json.raw(#","E":"#)
        json.integer(now.milliseconds)
        json.raw(#","T":"#)
        json.integer(now.milliseconds)
        json.raw(#","bids":"#)
        json.levels(book?.bids.prefix(limit) ?? [], listing)
        json.raw(#","asks":"#)
        json.levels(book?.asks.prefix(limit) ?? [], listing)
        json.raw("}")
        return json
    }

    static func openInterest(_ quantity: Quantity, _ listing: Listing, now: MarketTime) -> JSONText {
        var json = JSONText()
        json.raw(#"{"symbol":"#)
        json.name(listing.venueSymbol)
        json.raw(#","openInterest":"#)
        json.decimal(quantity.value, places: listing.quantityPlaces)
        json.raw(#","time":"#)
        json.integer(now.milliseconds)
        json.raw("}")
        return json
    }

    /// A row of `GET /futures/data/openInterestHist`.
    static func openInterestRow(_ series: any PerpetualSeries, _ listing: Listing, at time: MarketTime) -> JSONText {
        let figures = series.figures(at: time)
        var json = JSONText()
        json.raw(#"{"symbol":"#)
        json.name(listing.venueSymbol)
        json.raw(#","sumOpenInterest":"#)
        json.decimal(figures.openInterest.value)
        json.raw(#","sumOpenInterestValue":"#)
        json.decimal((figures.markPrice * figures.openInterest ?? .zero).value)
        json.raw(#","timestamp":"#)
        json.integer(time.milliseconds)
        json.raw("}")
        return json
    }

    /// A row of `GET /fapi/v1/premiumIndex`; nil without figures.
    static func premium(_ row: MarketRow, now: MarketTime) -> JSONText? {
        guard let figures = row.figures else { return nil }
        var json = JSONText()
        json.raw(#"{"symbol":"#)
        json.name(row.listing.venueSymbol)
        json.raw(#","markPrice":"#)
        json.decimal(figures.markPrice.value)
        json.raw(#","indexPrice":"#)
        json.decimal(figures.indexPrice.value)
        json.raw(#","estimatedSettlePrice":"#)
        json.decimal(figures.indexPrice.value)
        json.raw(#","lastFundingRate":"#)
        json.decimal(figures.fundingRate)
        json.raw(#","interestRate":"0.00010000","nextFundingTime":"#)
        json.integer(figures.nextFunding.milliseconds)
        json.raw(#","time":"#)
        json.integer(now.milliseconds)
        json.raw("}")
        return json
    }

    /// A row of `GET /fapi/v1/fundingRate`.
    static func funding(_ series: any PerpetualSeries, _ listing: Listing, at time: MarketTime) -> JSONText {
        var json = JSONText()
        json.raw(#"{"symbol":"#)
        json.name(listing.venueSymbol)
        json.raw(#","fundingTime":"#)
        json.integer(time.milliseconds)
        json.raw(#","fundingRate":"#)
        json.decimal(series.fundingRate(at: time))
        json.raw(#","markPrice":"#)
        json.decimal(series.figures(at: time).markPrice.value)
        json.raw("}")
        return json
    }
}
