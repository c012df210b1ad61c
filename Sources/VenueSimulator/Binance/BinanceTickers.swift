import Markets

/// The last 24 hours in Binance's words: two stream payloads and one REST row.
struct BinanceTickers {
    let listing: Listing
    let day: DayStatistics
    let quote: TopOfBook?

    init(_ row: MarketRow) {
        listing = row.listing
        day = row.day
        quote = row.quote
    }

    /// The short form: `{"e":"24hrMiniTicker","E":…,"s":…,"c":…,"o":…,"h":…,"l":…,"v":…,"q":…}`.
    func mini(now: MarketTime) -> JSONText {
        var json = BinanceFrames.head("24hrMiniTicker", listing, now)
        fields([("c", last), ("o", open), ("h", high), ("l", low), ("v", volume), ("q", quoteVolume)], into: &json)
        json.raw("}")
        return json
    }

    /// The long form: `{"e":"24hrTicker",…}`.
    func full(now: MarketTime) -> JSONText {
        var json = BinanceFrames.head("24hrTicker", listing, now)
        fields([("p", change)], into: &json)
        json.raw(#","P":"#)
        json.decimal(changePercent, places: 3)
        fields(
            [
                ("w", weightedAverage), ("x", previousClose), ("c", last), ("Q", lastQuantity), ("b", bid),
                ("B", bidQuantity), ("a", ask), ("A", askQuantity), ("o", open), ("h", high), ("l", low),
                ("v", volume), ("q", quoteVolume),
            ],
            into: &json
        )
        integers([("O", openTime), ("C", closeTime), ("F", firstID), ("L", lastID), ("n", count)], into: &json)
        json.raw("}")
        return json
    }

    /// A row of `GET /api/v3/ticker/24hr`.
    var row: JSONText { row(hasQuote: true) }

    /// A row of `GET /fapi/v1/ticker/24hr`, which has no quote and no close before the window.
    var perpetualRow: JSONText { row(hasQuote: false) }

    private func row(hasQuote: Bool) -> JSONText {
        var json = JSONText(capacity: 640)
        json.raw(#"{"symbol":"#)
        json.name(listing.venueSymbol)
        fields([("priceChange", change)], into: &json)
        json.raw(#","priceChangePercent":"#)
        json.decimal(changePercent, places: 3)
        fields([("weightedAvgPrice", weightedAverage)], into: &json)
        if hasQuote { fields([("prevClosePrice", previousClose)], into: &json) }
        fields([("lastPrice", last), ("lastQty", lastQuantity)], into: &json)
        if hasQuote {
            fields(
                [("bidPrice", bid), ("bidQty", bidQuantity), ("askPrice", ask), ("askQty", askQuantity)],
                into: &json
            )
        }
        fields(
            [
                ("openPrice", open), ("highPrice", high), ("lowPrice", low), ("volume", volume),
                ("quoteVolume", quoteVolume),
            ],
            into: &json
        )
        integers(
            [
                ("openTime", openTime), ("closeTime", closeTime), ("firstId", firstID), ("lastId", lastID),
                ("count", count),
            ],
            into: &json
        )
        json.raw("}")
        return json
    }

    private func fields(_ fields: [(StaticString, FixedPoint)], into json: inout JSONText) {
        for (key, value) in fields {
            json.raw(",\"")
            json.raw(key)
            json.raw("\":")
            json.decimal(value)
        }
    }

    private func integers(_ fields: [(StaticString, Int64)], into json: inout JSONText) {
        for (key, value) in fields {
            json.raw(",\"")
            json.raw(key)
            json.raw("\":")
            json.integer(value)
        }
    }
}

/// Binance writes zeros where it knows nothing: no trade in the window, no order in the book. Ids are −1 then.
extension BinanceTickers {
    private var last: FixedPoint { day.last?.price.value ?? day.bar?.close.value ?? .zero }
    private var lastQuantity: FixedPoint { day.last?.quantity.value ?? .zero }
    private var open: FixedPoint { day.bar?.open.value ?? last }
    private var high: FixedPoint { day.bar?.high.value ?? last }
    private var low: FixedPoint { day.bar?.low.value ?? last }
    private var volume: FixedPoint { day.bar?.volume.value ?? .zero }
    private var quoteVolume: FixedPoint { day.bar?.quoteVolume.value ?? .zero }
    private var previousClose: FixedPoint { day.previousClose?.value ?? open }
    private var bid: FixedPoint { quote?.bid.value ?? .zero }
    private var bidQuantity: FixedPoint { quote?.bidQuantity.value ?? .zero }
    private var ask: FixedPoint { quote?.ask.value ?? .zero }
    private var askQuantity: FixedPoint { quote?.askQuantity.value ?? .zero }
    private var change: FixedPoint { last.subtracting(open) ?? .zero }
    private var weightedAverage: FixedPoint { quoteVolume.divided(by: volume) ?? last }
    private var changePercent: FixedPoint {
        change.multiplied(by: FixedPoint(100, places: 0))?.divided(by: open) ?? .zero
    }
    private var openTime: Int64 { day.openTime.milliseconds }
    private var closeTime: Int64 { day.closeTime.milliseconds }
    private var lastID: Int64 { day.bar?.tradeIDs?.upperBound ?? -1 }
    private var firstID: Int64 { day.bar?.tradeIDs?.lowerBound ?? -1 }
    private var count: Int64 { Int64(day.bar?.trades ?? 0) }
}
