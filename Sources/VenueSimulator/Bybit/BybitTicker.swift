import Markets

/// The last 24 hours in Bybit's words.
enum BybitTicker {
    /// What spot and linear tickers and both REST rows have; `price24hPcnt` is a fraction.
    static func common(_ row: MarketRow) -> [(key: StaticString, value: FixedPoint)] {
        [
            ("lastPrice", row.last), ("highPrice24h", row.high), ("lowPrice24h", row.low), ("prevPrice24h", row.open),
            ("volume24h", row.volume), ("turnover24h", row.quoteVolume),
            ("price24hPcnt", row.changeFraction(places: 6)),
        ]
    }

    private static func quote(_ row: MarketRow) -> [(key: StaticString, value: FixedPoint)] {
        [
            ("bid1Price", row.quote?.bid.value ?? .zero), ("bid1Size", row.quote?.bidQuantity.value ?? .zero),
            ("ask1Price", row.quote?.ask.value ?? .zero), ("ask1Size", row.quote?.askQuantity.value ?? .zero),
        ]
    }

    private static func figures(_ row: MarketRow) -> [(key: StaticString, value: FixedPoint)] {
        guard let figures = row.figures else { return [] }
        return [
            ("markPrice", figures.markPrice.value), ("indexPrice", figures.indexPrice.value),
            ("openInterest", figures.openInterest.value), ("openInterestValue", row.openInterestValue),
            ("singleOpenInterest", figures.openInterest.value), ("fundingRate", figures.fundingRate),
            ("nextFundingTime", FixedPoint(figures.nextFunding.milliseconds, places: 0)),
        ]
    }

    /// A snapshot, or what differs from the previous one; nil when nothing does.
    static func linear(_ row: MarketRow, _ previous: MarketRow?, _ topic: Topic, now: MarketTime) -> JSONText? {
        var fields = common(row) + quote(row) + figures(row)
        if let previous {
            let told = common(previous) + quote(previous) + figures(previous)
            fields = zip(fields, told).filter { $0.value != $1.value }.map(\.0)
            guard !fields.isEmpty else { return nil }
        }
        var json = BybitFrames.head(topic, isDelta: previous != nil, now: now)
        json.raw(#"{"symbol":"#)
        json.name(row.listing.venueSymbol)
        if previous == nil { json.raw(#","tickDirection":"PlusTick""#) }
        append(fields, to: &json)
        json.raw(#"},"cs":"#)
        json.integer(row.day.last?.id ?? 0)
        json.raw("}")
        return json
    }

    /// A row of `GET /v5/market/tickers`.
    static func row(_ row: MarketRow) -> JSONText {
        var json = JSONText(capacity: 640)
        json.raw(#"{"symbol":"#)
        json.name(row.listing.venueSymbol)
        append(common(row) + quote(row) + figures(row), to: &json)
        json.raw("}")
        return json
    }

    private static func append(_ fields: [(key: StaticString, value: FixedPoint)], to json: inout JSONText) {
        for (key, value) in fields {
            json.raw(",\"")
            json.raw(key)
            json.raw("\":")
            json.plain(value)
        }
    }
}
