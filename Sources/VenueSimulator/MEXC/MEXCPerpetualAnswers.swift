import Markets

/// `data` of MEXC's futures endpoints.
struct MEXCPerpetualAnswers {
    let floor: any VenueFloor

    func answer(_ request: RESTRequest) throws(MEXCError) -> JSONText {
        let parts = request.path.split(separator: "/").dropFirst(3).map(String.init)
        let name = parts.count > 1 ? parts[parts.count - 1] : request["symbol"]
        switch parts.first {
        case "ping": return number(floor.time.milliseconds)
        case "detail": return try details(name)
        case "ticker": return try tickers(name)
        case "depth": return try depth(name, limit: request.limit(standard: 20, most: 1000))
        case "kline": return try candles(name, request)
        case "deals": return try deals(name, limit: request.limit(standard: 100, most: 100))
        case "funding_rate" where parts.contains("history"): return try fundingHistory(request)
        case "funding_rate": return try fundingRates(name)
        case "index_price", "fair_price": return try price(name, isIndex: parts.first == "index_price")
        default: throw .notFound
        }
    }

    private func index(_ name: String?) throws(MEXCError) -> Int {
        guard let name, let index = floor.directory.index(of: name, isPerpetual: true) else { throw .noContract }
        return index
    }

    private func number(_ value: Int64) -> JSONText {
        var json = JSONText()
        json.integer(value)
        return json
    }

    private var open: [Int] {
        floor.directory.all(isPerpetual: true).filter { floor.directory.listings[$0].state == .trading }
    }

    /// State 0 is live, 3 offline.
    private func details(_ name: String?) throws(MEXCError) -> JSONText {
        let chosen = try name == nil ? floor.directory.all(isPerpetual: true) : [index(name)]
        return BinanceAnswers.list(chosen.map { detail(floor.directory.listings[$0]) }, isSingle: name != nil)
    }

    private func detail(_ listing: Listing) -> JSONText {
        var json = JSONText(capacity: 800)
        json.raw(#"{"symbol":"#)
        json.name(listing.venueSymbol)
        json.raw(#","displayName":"#)
        json.name(listing.venueSymbol + " PERPETUAL")
        json.raw(#","positionOpenType":3,"baseCoin":"#)
        json.name(listing.base)
        json.raw(#","quoteCoin":"#)
        json.name(listing.quote)
        json.raw(#","settleCoin":"#)
        json.name(listing.quote)
        json.raw(#","contractSize":"#)
        json.bare(listing.contractSize ?? .zero)
        json.raw(#","minLeverage":1,"maxLeverage":200,"priceScale":"#)
        json.integer(listing.pricePlaces)
        json.raw(#","volScale":0,"amountScale":4,"priceUnit":"#)
        json.bare(listing.tickSize.value)
        json.raw(#","volUnit":1,"minVol":1,"maxVol":10000000,"takerFeeRate":0.0002,"makerFeeRate":0,"#)
        json.raw(#""maintenanceMarginRate":0.004,"initialMarginRate":0.005,"riskBaseVol":1000000,"#)
        json.raw(#""riskIncrVol":1000000,"riskIncrMmr":0.004,"riskIncrImr":0.004,"riskLevelLimit":5,"#)
        json.raw(#""riskLimitType":"BY_VOLUME","state":"#)
        json.raw(listing.state == .trading ? "0" : "3")
        json.raw(#","isNew":false,"isHot":false,"isHidden":false,"apiAllowed":false}"#)
        return json
    }

    private func tickers(_ name: String?) throws(MEXCError) -> JSONText {
        let now = floor.time
        let rows = floor.rows(of: try name == nil ? open : [index(name)]).map { row in
            var json = JSONText(capacity: 400)
            MEXCTicker.write(row, isWhole: true, now: now, &json)
            return json
        }
        return BinanceAnswers.list(rows, isSingle: name != nil)
    }

    /// A delisted contract answers with an empty book and the time of its end.
    private func depth(_ name: String?, limit: Int) throws(MEXCError) -> JSONText {
        let index = try index(name)
        let isDelisted = floor.directory.listings[index].state == .delisted
        let book = floor.depth(of: index)
        let now = floor.time.milliseconds
        var json = JSONText(capacity: 8192)
        json.raw(#"{"cts":"#)
        if isDelisted { json.raw("null") } else { json.integer(now) }
        json.raw(#","asks":"#)
        MEXCNumbers.levels(book?.asks.prefix(limit) ?? [], &json)
        json.raw(#","bids":"#)
        MEXCNumbers.levels(book?.bids.prefix(limit) ?? [], &json)
        json.raw(#","version":"#)
        json.integer(book?.updateID ?? 0)
        json.raw(#","timestamp":"#)
        json.integer(isDelisted ? 1_789_455_601_090 : now)
        json.raw("}")
        return json
    }

    /// Arrays by column, oldest first; times in seconds.
    private func candles(_ name: String?, _ request: RESTRequest) throws(MEXCError) -> JSONText {
        let index = try index(name)
        let found = CandleNames.interval(request["interval"] ?? "Min1", in: CandleNames.mexcPerpetual)
        guard let interval = found else { throw .parameter }
        let bars = floor.series(of: index).bars(
            interval,
            from: request.time("start", unitMilliseconds: 1000),
            to: request.time("end", unitMilliseconds: 1000),
            limit: 2000
        )
        var json = JSONText(capacity: bars.count * 90)
        json.raw(#"{"time":"#)
        json.array(bars.map { number($0.openTime.milliseconds / 1000) })
        let columns: [(StaticString, (Bar) -> FixedPoint)] = [
            ("open", { $0.open.value }), ("close", { $0.close.value }), ("high", { $0.high.value }),
            ("low", { $0.low.value }), ("vol", { $0.volume.value }), ("amount", { $0.quoteVolume.value }),
        ]
        for (key, value) in columns {
            json.raw(",\"")
            json.raw(key)
            json.raw("\":")
            json.array(
                bars.lazy.map { bar in
                    var json = JSONText(capacity: 16)
                    json.bare(value(bar))
                    return json
                }
            )
        }
        json.raw("}")
        return json
    }

    /// Newest first.
    private func deals(_ name: String?, limit: Int) throws(MEXCError) -> JSONText {
        let prints = floor.prints(of: try index(name), limit: limit)
        var json = JSONText(capacity: limit * 80)
        json.array(
            prints.reversed().map { print in
                var json = JSONText()
                json.raw(#"{"p":"#)
                json.bare(print.price.value)
                json.raw(#","v":"#)
                json.bare(print.quantity.value)
                json.raw(
                    print.takerSide == .buy ? #","T":1,"O":3,"M":1,"t":"# as StaticString : #","T":2,"O":3,"M":1,"t":"#
                )
                json.integer(print.time.milliseconds)
                json.raw("}")
                return json
            }
        )
        return json
    }

    private func fundingRates(_ name: String?) throws(MEXCError) -> JSONText {
        let now = floor.time
        let rows = floor.rows(of: try name == nil ? open : [index(name)]).compactMap { row -> JSONText? in
            guard let figures = row.figures else { return nil }
            var json = JSONText()
            json.raw(#"{"symbol":"#)
            json.name(row.listing.venueSymbol)
            json.raw(#","fundingRate":"#)
            json.bare(figures.fundingRate)
            json.raw(#","maxFundingRate":0.0018,"minFundingRate":-0.0018,"collectCycle":8,"nextSettleTime":"#)
            json.integer(figures.nextFunding.milliseconds)
            json.raw(#","timestamp":"#)
            json.integer(now.milliseconds)
            json.raw(#","idxPrice":"#)
            json.bare(figures.indexPrice.value)
            json.raw(#","fairPrice":"#)
            json.bare(figures.markPrice.value)
            json.raw("}")
            return json
        }
        return BinanceAnswers.list(rows, isSingle: name != nil)
    }

    private func fundingHistory(_ request: RESTRequest) throws(MEXCError) -> JSONText {
        let index = try index(request["symbol"])
        guard let series = floor.perpetual(of: index) else { throw .noContract }
        let size = request.limit("page_size", standard: 20, most: 100)
        let page = request.limit("page_num", standard: 1, most: 100)
        let times = PerpetualFundingTimes.last(size * page, upTo: floor.time).suffix(size)
        var json = JSONText(capacity: 4096)
        json.raw(#"{"pageSize":"#)
        json.integer(size)
        json.raw(#","totalCount":1000,"totalPage":"#)
        json.integer((1000 + size - 1) / size)
        json.raw(#","currentPage":"#)
        json.integer(page)
        json.raw(#","resultList":"#)
        json.array(
            times.map { time in
                var json = JSONText()
                json.raw(#"{"symbol":"#)
                json.name(floor.directory.listings[index].venueSymbol)
                json.raw(#","fundingRate":"#)
                json.bare(series.fundingRate(at: time))
                json.raw(#","settleTime":"#)
                json.integer(time.milliseconds)
                json.raw("}")
                return json
            }
        )
        json.raw("}")
        return json
    }

    private func price(_ name: String?, isIndex: Bool) throws(MEXCError) -> JSONText {
        let row = floor.rows(of: [try index(name)]).first
        guard let row, let figures = row.figures else { throw .noContract }
        var json = JSONText()
        json.raw(#"{"symbol":"#)
        json.name(row.listing.venueSymbol)
        json.raw(isIndex ? #","indexPrice":"# as StaticString : #","fairPrice":"#)
        json.bare(isIndex ? figures.indexPrice.value : figures.markPrice.value)
        json.raw(#","timestamp":"#)
        json.integer(floor.time.milliseconds)
        json.raw("}")
        return json
    }
}
