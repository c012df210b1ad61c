import Markets

/// `data` arrays of OKX's answers.
struct OKXAnswers {
    let floor: any VenueFloor

    func isPerpetual(_ request: RESTRequest) throws(OKXError) -> Bool {
        switch request["instType"] {
        case "SPOT": return false
        case "SWAP": return true
        case nil: throw .missing("instType")
        default: throw .wrong("instType")
        }
    }

    func index(_ request: RESTRequest) throws(OKXError) -> Int {
        guard let name = request["instId"] else { throw .missing("instId") }
        let index = floor.directory.open(name, isPerpetual: name.hasSuffix("-SWAP"))
        guard let index else { throw .unknownInstrument }
        return index
    }

    private func list(_ write: (inout JSONText, _ separate: (inout JSONText) -> Void) -> Void) -> JSONText {
        var json = JSONText(capacity: 4096)
        var isFirst = true
        json.raw("[")
        write(&json) { json in
            if !isFirst { json.raw(",") }
            isFirst = false
        }
        json.raw("]")
        return json
    }

    func instruments(_ request: RESTRequest) throws(OKXError) -> JSONText {
        let isPerpetual = try isPerpetual(request)
        return list { json, separate in
            for index in floor.directory.all(isPerpetual: isPerpetual) {
                let listing = floor.directory.listings[index]
                // The venue forgets what it delisted.
                guard listing.state != .delisted else { continue }
                if let only = request["instId"], only != listing.venueSymbol { continue }
                separate(&json)
                instrument(listing, &json)
            }
        }
    }

    private func instrument(_ listing: Listing, _ json: inout JSONText) {
        let isSwap = listing.isPerpetual
        let family = isSwap ? listing.base + "-" + listing.quote : ""
        let fields: [(StaticString, String)] = [
            ("alias", ""), ("baseCcy", isSwap ? "" : listing.base), ("category", "1"), ("ctMult", isSwap ? "1" : ""),
            ("ctType", isSwap ? "linear" : ""), ("ctVal", listing.contractSize?.description ?? ""),
            ("ctValCcy", isSwap ? listing.base : ""), ("expTime", ""), ("instFamily", family),
            ("instId", listing.venueSymbol), ("instType", isSwap ? "SWAP" : "SPOT"), ("lever", "50"),
            ("listTime", "1573557408000"), ("lotSz", listing.lotSize.description), ("maxLmtSz", "100000000"),
            ("minSz", listing.lotSize.description), ("optType", ""), ("quoteCcy", isSwap ? "" : listing.quote),
            ("ruleType", "normal"), ("settleCcy", isSwap ? listing.quote : ""),
            ("state", listing.state == .trading ? "live" : "suspend"), ("stk", ""),
            ("tickSz", listing.tickSize.description), ("uly", family),
        ]
        var separator = "{\"" as StaticString
        for (key, value) in fields {
            json.raw(separator)
            separator = ",\""
            json.raw(key)
            json.raw("\":")
            json.name(value)
        }
        json.raw("}")
    }

    func tickers(_ isPerpetual: Bool) throws(OKXError) -> JSONText {
        let open = floor.directory.all(isPerpetual: isPerpetual).filter {
            floor.directory.listings[$0].state == .trading
        }
        let now = floor.time
        return list { json, separate in
            for row in floor.rows(of: open) {
                separate(&json)
                OKXRows.ticker(row, now: now, &json)
            }
        }
    }

    func ticker(_ index: Int) -> JSONText {
        let now = floor.time
        return list { json, _ in
            for row in floor.rows(of: [index]) { OKXRows.ticker(row, now: now, &json) }
        }
    }

    /// Newest first, of times strictly between `before` and `after`, which page towards the past.
    func candles(_ request: RESTRequest) throws(OKXError) -> JSONText {
        let index = try index(request)
        guard let interval = CandleNames.interval(request["bar"] ?? "1m", in: CandleNames.okx) else {
            throw .wrong("bar")
        }
        let isHistory = request.path.hasSuffix("history-candles")
        let limit = request.limit(standard: 100, most: 300)
        let to = request.time("after")?.adding(milliseconds: -1)
        let after = request.time("before")
        let now = floor.time
        var bars = floor.series(of: index).bars(interval, from: nil, to: to, limit: limit)
        if let after { bars.removeAll { $0.openTime <= after } }
        let listing = floor.directory.listings[index]
        return list { json, separate in
            for bar in bars.reversed() {
                let isClosed = bar.openTime.adding(milliseconds: interval.milliseconds) <= now
                if isHistory, !isClosed { continue }
                separate(&json)
                OKXRows.candle(bar, isClosed: isClosed, listing, &json)
            }
        }
    }

    func book(_ request: RESTRequest) throws(OKXError) -> JSONText {
        let index = try index(request)
        let depth = request.limit("sz", standard: 1, most: 400)
        let book = floor.depth(of: index)
        let now = floor.time
        return list { json, _ in
            json.raw(#"{"asks":"#)
            OKXRows.levels(book?.asks.prefix(depth) ?? [], &json)
            json.raw(#","bids":"#)
            OKXRows.levels(book?.bids.prefix(depth) ?? [], &json)
            json.raw(#","ts":"#)
            json.quoted(now.milliseconds)
            json.raw(#","seqId":"#)
            json.integer(book?.updateID ?? 0)
            json.raw("}")
        }
    }

    /// Newest first.
    func trades(_ request: RESTRequest) throws(OKXError) -> JSONText {
        let index = try index(request)
        let listing = floor.directory.listings[index]
        let prints = floor.prints(of: index, limit: request.limit(standard: 100, most: 500))
        return list { json, separate in
            for print in prints.reversed() {
                separate(&json)
                OKXRows.trade(print, listing, &json)
            }
        }
    }

    /// Mark price, open interest, funding: of one swap or all.
    func figures(_ request: RESTRequest) throws(OKXError) -> JSONText {
        if request.path.hasSuffix("funding-rate-history") { return try fundingHistory(request) }
        let kind: StreamKind =
            request.path.hasSuffix("open-interest")
            ? .openInterest : request.path.hasSuffix("mark-price") ? .markPrice : .funding
        if kind != .funding { guard try isPerpetual(request) else { throw .wrong("instType") } }
        let open = floor.directory.all(isPerpetual: true).filter { floor.directory.listings[$0].state == .trading }
        let isWhole = request["instId"] == nil || request["instId"] == "ANY"
        let chosen = try isWhole ? open : [index(request)]
        let now = floor.time
        return list { json, separate in
            for row in floor.rows(of: chosen) {
                guard let figures = row.figures else { continue }
                separate(&json)
                OKXRows.figures(figures, kind, row.listing, now: now, &json)
            }
        }
    }

    private func fundingHistory(_ request: RESTRequest) throws(OKXError) -> JSONText {
        let index = try index(request)
        guard let series = floor.perpetual(of: index) else { throw .unknownInstrument }
        let end = request.time("after")?.adding(milliseconds: -1) ?? floor.time
        let name = floor.directory.listings[index].venueSymbol
        return list { json, separate in
            for time in PerpetualFundingTimes.last(request.limit(standard: 100, most: 400), upTo: end) {
                separate(&json)
                json.raw(#"{"fundingRate":"#)
                json.plain(series.fundingRate(at: time))
                json.raw(#","fundingTime":"#)
                json.quoted(time.milliseconds)
                json.raw(#","instId":"#)
                json.name(name)
                json.raw("}")
            }
        }
    }
}
