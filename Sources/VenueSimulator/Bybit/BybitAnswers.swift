import Markets

/// Results of Bybit's market endpoints for one category.
struct BybitAnswers {
    let floor: any VenueFloor
    let category: String

    private var isPerpetual: Bool { category == "linear" }

    private func index(_ request: RESTRequest) throws(BybitError) -> Int {
        guard let name = request["symbol"] else { throw .params("symbol") }
        guard let index = floor.directory.open(name, isPerpetual: isPerpetual) else { throw .symbol }
        return index
    }

    private func interval(_ request: RESTRequest) throws(BybitError) -> CandleInterval {
        let found = request["interval"].flatMap { CandleNames.interval($0, in: CandleNames.bybit) }
        guard let found else { throw .params("interval") }
        return found
    }

    /// `{"category":"linear",` and what the endpoint adds.
    private func head() -> JSONText {
        var json = JSONText(capacity: 1024)
        json.raw(#"{"category":"#)
        json.name(category)
        return json
    }

    func tickers(_ request: RESTRequest) throws(BybitError) -> JSONText {
        let chosen =
            try request["symbol"] == nil
            ? floor.directory.all(isPerpetual: isPerpetual).filter { floor.directory.listings[$0].state == .trading }
            : [index(request)]
        var json = head()
        json.raw(#","list":"#)
        json.array(floor.rows(of: chosen).map(BybitTicker.row))
        json.raw("}")
        return json
    }

    /// Newest first; the first may be open.
    func candles(_ request: RESTRequest) throws(BybitError) -> JSONText {
        let index = try index(request)
        let interval = try interval(request)
        let limit = request.limit(standard: 200, most: 1000)
        let from = request.time("start")
        let bars = floor.series(of: index).bars(interval, from: from, to: request.time("end"), limit: limit)
        var json = JSONText(capacity: bars.count * 120 + 64)
        json.raw(#"{"symbol":"#)
        json.name(floor.directory.listings[index].venueSymbol)
        json.raw(#","category":"#)
        json.name(category)
        json.raw(#","list":"#)
        json.array(bars.reversed().lazy.map(Self.row))
        json.raw("}")
        return json
    }

    private static func row(_ bar: Bar) -> JSONText {
        var json = JSONText()
        json.raw("[")
        json.quoted(bar.openTime.milliseconds)
        for value in [bar.open.value, bar.high.value, bar.low.value, bar.close.value, bar.volume.value] {
            json.raw(",")
            json.plain(value)
        }
        json.raw(",")
        json.plain(bar.quoteVolume.value)
        json.raw("]")
        return json
    }

    /// Pages of `limit` rows; the cursor is the position of the next.
    func instruments(_ request: RESTRequest) throws(BybitError) -> JSONText {
        var listings = floor.directory.all(isPerpetual: isPerpetual).map { floor.directory.listings[$0] }
        if request["symbol"] != nil {
            guard let name = request["symbol"], let one = listings.first(where: { $0.venueSymbol == name }) else {
                throw .symbol
            }
            listings = [one]
        }
        let limit = request.limit(standard: 500, most: 1000)
        let start = min(listings.count, Int(request.integer("cursor") ?? 0))
        let page = isPerpetual ? Array(listings.dropFirst(start).prefix(limit)) : listings
        var json = head()
        json.raw(#","list":"#)
        json.array(page.map(instrument))
        json.raw(#","nextPageCursor":"#)
        json.name(isPerpetual && start + page.count < listings.count ? String(start + page.count) : "")
        json.raw("}")
        return json
    }

    private func instrument(_ listing: Listing) -> JSONText {
        var json = JSONText(capacity: 700)
        json.raw(#"{"symbol":"#)
        json.name(listing.venueSymbol)
        if isPerpetual {
            json.raw(#","contractType":"LinearPerpetual","launchTime":"1584230400000","deliveryTime":"0""#)
        }
        json.raw(#","baseCoin":"#)
        json.name(listing.base)
        json.raw(#","quoteCoin":"#)
        json.name(listing.quote)
        if isPerpetual { json.raw(#","settleCoin":"USDT","fundingInterval":480,"copyTrading":"both""#) }
        json.raw(#","innovation":"0","status":"#)
        json.name(listing.state == .trading ? "Trading" : listing.state == .halted ? "PreLaunch" : "Closed")
        json.raw(#","lotSizeFilter":{"#)
        json.raw(isPerpetual ? #""qtyStep":"# as StaticString : #""basePrecision":"#)
        json.plain(listing.lotSize.value)
        json.raw(#","minOrderQty":"#)
        json.plain(listing.lotSize.value)
        json.raw(#","maxOrderQty":"1000000000"},"priceFilter":{"tickSize":"#)
        json.plain(listing.tickSize.value)
        json.raw("}}")
        return json
    }

    func book(_ request: RESTRequest) throws(BybitError) -> JSONText {
        let index = try index(request)
        let limit = request.limit(standard: isPerpetual ? 25 : 1, most: 1000)
        let book = floor.depth(of: index)
        let now = floor.time
        var json = JSONText(capacity: 4096)
        json.raw(#"{"s":"#)
        json.name(floor.directory.listings[index].venueSymbol)
        json.raw(#","b":"#)
        json.plain(levels: book?.bids.prefix(limit) ?? [])
        json.raw(#","a":"#)
        json.plain(levels: book?.asks.prefix(limit) ?? [])
        json.raw(#","ts":"#)
        json.integer(now.milliseconds)
        json.raw(#","u":"#)
        json.integer(book?.updateID ?? 0)
        json.raw(#","seq":"#)
        json.integer((book?.updateID ?? 0) * 3)
        json.raw(#","cts":"#)
        json.integer(now.milliseconds)
        json.raw("}")
        return json
    }

    /// Newest first.
    func trades(_ request: RESTRequest) throws(BybitError) -> JSONText {
        let index = try index(request)
        let prints = floor.prints(of: index, limit: request.limit(standard: 60, most: isPerpetual ? 1000 : 60))
        let name = floor.directory.listings[index].venueSymbol
        var json = head()
        json.raw(#","list":"#)
        json.array(
            prints.reversed().map { print in
                var json = JSONText()
                json.raw(#"{"execId":""#)
                json.integer(print.id)
                json.raw(#"","symbol":"#)
                json.name(name)
                json.raw(#","price":"#)
                json.plain(print.price.value)
                json.raw(#","size":"#)
                json.plain(print.quantity.value)
                json.raw(
                    print.takerSide == .buy ? #","side":"Buy","time":"# as StaticString : #","side":"Sell","time":"#
                )
                json.quoted(print.time.milliseconds)
                json.raw(#","isBlockTrade":false,"isRPITrade":false}"#)
                return json
            }
        )
        json.raw("}")
        return json
    }

    func openInterest(_ request: RESTRequest) throws(BybitError) -> JSONText {
        let index = try index(request)
        let lengths: [String: Int64] = [
            "5min": 5, "15min": 15, "30min": 30, "1h": 60, "4h": 240, "1d": 1440,
        ]
        guard let minutes = request["intervalTime"].flatMap({ lengths[$0] }) else { throw .params("intervalTime") }
        guard let series = floor.perpetual(of: index) else { throw .symbol }
        let length = minutes * 60_000
        let newest = (request.time("endTime") ?? floor.time).milliseconds / length * length
        var json = JSONText(capacity: 4096)
        json.raw(#"{"symbol":"#)
        json.name(floor.directory.listings[index].venueSymbol)
        json.raw(#","category":"linear","list":"#)
        json.array(
            (0..<Int64(request.limit(standard: 50, most: 200))).map { step in
                let time = MarketTime(milliseconds: newest - step * length)
                var json = JSONText()
                json.raw(#"{"openInterest":"#)
                json.decimal(series.openInterest(at: time).value)
                json.raw(#","timestamp":"#)
                json.quoted(time.milliseconds)
                json.raw("}")
                return json
            }
        )
        json.raw(#","nextPageCursor":""}"#)
        return json
    }

    func funding(_ request: RESTRequest) throws(BybitError) -> JSONText {
        let index = try index(request)
        guard let series = floor.perpetual(of: index) else { throw .symbol }
        let times = PerpetualFundingTimes.last(
            request.limit(standard: 200, most: 200),
            upTo: request.time("endTime") ?? floor.time
        )
        let name = floor.directory.listings[index].venueSymbol
        var json = head()
        json.raw(#","list":"#)
        json.array(
            times.map { time in
                var json = JSONText()
                json.raw(#"{"symbol":"#)
                json.name(name)
                json.raw(#","fundingRate":"#)
                json.plain(series.fundingRate(at: time))
                json.raw(#","fundingRateTimestamp":"#)
                json.quoted(time.milliseconds)
                json.raw("}")
                return json
            }
        )
        json.raw("}")
        return json
    }
}
