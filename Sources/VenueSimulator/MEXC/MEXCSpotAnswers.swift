import Markets

/// Bodies of MEXC's spot endpoints, which are Binance's with fewer fields and a percentage that is a fraction.
struct MEXCSpotAnswers {
    let floor: any VenueFloor

    static func weight(_ request: RESTRequest) -> Int {
        switch request.path {
        case "/api/v3/exchangeInfo": 10
        case "/api/v3/ticker/24hr", "/api/v3/ticker/bookTicker": request["symbol"] == nil ? 40 : 1
        case "/api/v3/trades": 5
        default: 1
        }
    }

    func answer(_ request: RESTRequest) throws(MEXCError) -> JSONText {
        switch request.path {
        case "/api/v3/ping": return BinanceAnswers.empty
        case "/api/v3/time": return BinanceAnswers.time(floor.time)
        case "/api/v3/exchangeInfo": return try exchangeInfo(request)
        case "/api/v3/ticker/24hr": return try tickers(request, Self.ticker)
        case "/api/v3/ticker/bookTicker": return try tickers(request, Self.bookTicker)
        case "/api/v3/klines": return try candles(request)
        case "/api/v3/depth":
            let limit = request.limit(standard: 100, most: 5000)
            return depth(floor.depth(of: try index(request)), limit: limit)
        case "/api/v3/trades": return trades(try index(request), limit: request.limit(standard: 500, most: 1000))
        default: throw .notFound
        }
    }

    private func index(_ request: RESTRequest) throws(MEXCError) -> Int {
        guard let name = request["symbol"] else { throw .missing("symbol") }
        guard let index = floor.directory.index(of: name, isPerpetual: false) else { throw .invalidSymbol }
        return index
    }

    private func exchangeInfo(_ request: RESTRequest) throws(MEXCError) -> JSONText {
        let chosen = try request["symbol"] == nil ? floor.directory.all(isPerpetual: false) : [index(request)]
        var json = JSONText(capacity: chosen.count * 500)
        json.raw(#"{"timezone":"CST","serverTime":"#)
        json.integer(floor.time.milliseconds)
        json.raw(#","rateLimits":[],"exchangeFilters":[],"symbols":"#)
        json.array(chosen.lazy.map { symbol(floor.directory.listings[$0]) })
        json.raw("}")
        return json
    }

    /// Status 1 is online, 2 paused.
    private func symbol(_ listing: Listing) -> JSONText {
        var json = JSONText(capacity: 500)
        json.raw(#"{"symbol":"#)
        json.name(listing.venueSymbol)
        json.raw(#","status":"#)
        json.name(listing.state == .trading ? "1" : "2")
        json.raw(#","baseAsset":"#)
        json.name(listing.base)
        json.raw(#","baseAssetPrecision":"#)
        json.integer(listing.quantityPlaces)
        json.raw(#","quoteAsset":"#)
        json.name(listing.quote)
        json.raw(#","quotePrecision":"#)
        json.integer(listing.pricePlaces)
        json.raw(#","quoteAssetPrecision":"#)
        json.integer(listing.pricePlaces)
        json.raw(#","baseCommissionPrecision":8,"quoteCommissionPrecision":8,"orderTypes":["LIMIT","MARKET"],"#)
        json.raw(#""isSpotTradingAllowed":"#)
        json.bool(listing.state == .trading)
        json.raw(#","isMarginTradingAllowed":false,"quoteAmountPrecision":"1","baseSizePrecision":"#)
        json.plain(listing.lotSize.value)
        json.raw(#","permissions":["SPOT"],"filters":[],"maxQuoteAmount":"4000000","makerCommission":"0","#)
        json.raw(#""takerCommission":"0.0005","tradeSideType":1,"fullName":"#)
        json.name(listing.base)
        json.raw("}")
        return json
    }

    private func tickers(_ request: RESTRequest, _ row: (MarketRow) -> JSONText) throws(MEXCError) -> JSONText {
        let open = floor.directory.all(isPerpetual: false).filter { floor.directory.listings[$0].state == .trading }
        let chosen = try request["symbol"] == nil ? open : [index(request)]
        return BinanceAnswers.list(floor.rows(of: chosen).map(row), isSingle: request["symbol"] != nil)
    }

    /// `priceChangePercent` is a fraction.
    private static func ticker(_ row: MarketRow) -> JSONText {
        var json = JSONText(capacity: 512)
        json.raw(#"{"symbol":"#)
        json.name(row.listing.venueSymbol)
        let fields: [(StaticString, FixedPoint)] = [
            ("priceChange", row.change), ("priceChangePercent", row.changeFraction(places: 4)),
            ("prevClosePrice", row.open), ("lastPrice", row.last), ("bidPrice", row.quote?.bid.value ?? .zero),
            ("bidQty", row.quote?.bidQuantity.value ?? .zero), ("askPrice", row.quote?.ask.value ?? .zero),
            ("askQty", row.quote?.askQuantity.value ?? .zero), ("openPrice", row.open), ("highPrice", row.high),
            ("lowPrice", row.low), ("volume", row.volume), ("quoteVolume", row.quoteVolume),
        ]
        for (key, value) in fields {
            json.raw(",\"")
            json.raw(key)
            json.raw("\":")
            json.plain(value)
        }
        json.raw(#","openTime":"#)
        json.integer(row.day.openTime.milliseconds)
        json.raw(#","closeTime":"#)
        json.integer(row.day.closeTime.milliseconds)
        json.raw(#","count":null}"#)
        return json
    }

    private static func bookTicker(_ row: MarketRow) -> JSONText {
        var json = JSONText()
        json.raw(#"{"symbol":"#)
        json.name(row.listing.venueSymbol)
        json.raw(#","bidPrice":"#)
        json.plain(row.quote?.bid.value ?? .zero)
        json.raw(#","bidQty":"#)
        json.plain(row.quote?.bidQuantity.value ?? .zero)
        json.raw(#","askPrice":"#)
        json.plain(row.quote?.ask.value ?? .zero)
        json.raw(#","askQty":"#)
        json.plain(row.quote?.askQuantity.value ?? .zero)
        json.raw("}")
        return json
    }

    /// Rows of eight fields, oldest first.
    private func candles(_ request: RESTRequest) throws(MEXCError) -> JSONText {
        let index = try index(request)
        guard let name = request["interval"],
            let interval = CandleNames.interval(name, in: CandleNames.mexcSpotREST)
        else { throw .invalidInterval }
        let limit = request.limit(standard: 500, most: 1000)
        let bars = floor.series(of: index).bars(
            interval,
            from: request.time("startTime"),
            to: request.time("endTime"),
            limit: limit
        )
        var json = JSONText(capacity: bars.count * 140)
        json.array(
            bars.lazy.map { bar in
                var json = JSONText()
                json.raw("[")
                json.integer(bar.openTime.milliseconds)
                for value in [bar.open.value, bar.high.value, bar.low.value, bar.close.value, bar.volume.value] {
                    json.raw(",")
                    json.plain(value)
                }
                json.raw(",")
                json.integer(bar.openTime.milliseconds + interval.milliseconds)
                json.raw(",")
                json.plain(bar.quoteVolume.value)
                json.raw("]")
                return json
            }
        )
        return json
    }

    private func depth(_ book: DepthSnapshot?, limit: Int) -> JSONText {
        var json = JSONText(capacity: 8192)
        json.raw(#"{"lastUpdateId":"#)
        json.integer(book?.updateID ?? 0)
        json.raw(#","bids":"#)
        json.plain(levels: book?.bids.prefix(limit) ?? [])
        json.raw(#","asks":"#)
        json.plain(levels: book?.asks.prefix(limit) ?? [])
        json.raw(#","timestamp":"#)
        json.integer(floor.time.milliseconds)
        json.raw("}")
        return json
    }

    /// Newest first, and without ids.
    private func trades(_ index: Int, limit: Int) -> JSONText {
        var json = JSONText(capacity: limit * 140)
        json.array(
            floor.prints(of: index, limit: limit).reversed().map { print in
                var json = JSONText()
                json.raw(#"{"id":null,"price":"#)
                json.plain(print.price.value)
                json.raw(#","qty":"#)
                json.plain(print.quantity.value)
                json.raw(#","quoteQty":"#)
                json.plain((print.price * print.quantity ?? .zero).value)
                json.raw(#","time":"#)
                json.integer(print.time.milliseconds)
                json.raw(#","isBuyerMaker":"#)
                json.bool(print.takerSide == .sell)
                json.raw(
                    print.takerSide == .buy
                        ? #","isBestMatch":true,"tradeType":"BID"}"# as StaticString
                        : #","isBestMatch":true,"tradeType":"ASK"}"#
                )
                return json
            }
        )
        return json
    }
}
