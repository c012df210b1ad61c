import Markets

/// MEXC's futures streams: numbers are JSON numbers, quantities are contracts, rates are fractions.
///
/// - Source: mexcdevelop/apidocs, contract_v1_en (April 2025); recordings of 2026-09 and 2026-10.
struct MEXCPerpetualWords: VenueWords {
    var rhythm: Rhythm { Rhythm(ticker: 1000, allTickers: 2000, candle: 1000, figures: 1000, gathersTrades: true) }

    func greets(_ channel: StreamKind) -> Bool {
        switch channel {
        case .ticker, .candle, .markPrice, .indexPrice, .funding: true
        default: false
        }
    }

    func frame(_ news: News, _ topic: Topic, _ listing: Listing, now: MarketTime) -> [UInt8]? {
        var json = JSONText(capacity: 512)
        json.raw(#"{"symbol":"#)
        json.name(listing.venueSymbol)
        json.raw(#","data":"#)
        let channel: StaticString
        switch news {
        case .trades(let prints):
            channel = "push.deal"
            deals(prints, &json)
        case .book(let change):
            channel = "push.depth"
            book(bids: change.bids, asks: change.asks, change.updateIDs, now: now, &json)
        case .bookSnapshot(let book):
            channel = "push.depth.full"
            self.book(bids: book.bids, asks: book.asks, book.updateID, now: now, &json)
        case .ticker(let row, _):
            channel = "push.ticker"
            MEXCTicker.write(row, isWhole: true, now: now, &json)
        case .candle(let bar, let interval, _):
            channel = "push.kline"
            candle(bar, interval, listing, &json)
        case .figures(let figures):
            channel = self.figures(figures, topic.channel, listing, &json)
        case .quote, .liquidation: return nil
        }
        finish(channel, now, &json)
        return json.bytes
    }

    func frame(rows: [MarketRow], _ topic: Topic, now: MarketTime) -> [UInt8]? {
        var json = JSONText(capacity: rows.count * 320)
        json.raw(#"{"data":["#)
        var isFirst = true
        for row in rows where row.listing.state == .trading {
            if !isFirst { json.raw(",") }
            isFirst = false
            MEXCTicker.write(row, isWhole: false, now: now, &json)
        }
        json.raw("]")
        finish("push.tickers", now, &json)
        return json.bytes
    }

    private func finish(_ channel: StaticString, _ now: MarketTime, _ json: inout JSONText) {
        json.raw(#","channel":""#)
        json.raw(channel)
        json.raw(#"","ts":"#)
        json.integer(now.milliseconds)
        json.raw("}")
    }

    private func deals(_ prints: [Print], _ json: inout JSONText) {
        var separator = #"[{"p":"# as StaticString
        for print in prints {
            json.raw(separator)
            separator = #",{"p":"#
            json.bare(print.price.value)
            json.raw(#","v":"#)
            json.bare(print.quantity.value)
            json.raw(
                print.takerSide == .buy ? #","T":1,"O":3,"M":1,"t":"# as StaticString : #","T":2,"O":3,"M":1,"t":"#
            )
            json.integer(print.time.milliseconds)
            json.raw(#","i":"#)
            json.quoted(print.id)
            json.raw(#","cts":"#)
            json.quoted(print.time.milliseconds)
            json.raw("}")
        }
        json.raw("]")
    }

    /// Merged changes: `begin` is one more than the `end` before.
    private func book(
        bids: [Level],
        asks: [Level],
        _ updateIDs: ClosedRange<Int64>,
        now: MarketTime,
        _ json: inout JSONText
    ) {
        sides(bids: bids, asks: asks, now: now, &json)
        json.raw(#","end":"#)
        json.integer(updateIDs.upperBound)
        json.raw(#","begin":"#)
        json.integer(updateIDs.lowerBound)
        json.raw(#","version":"#)
        json.integer(updateIDs.upperBound)
        json.raw("}")
    }

    private func book(bids: [Level], asks: [Level], _ version: Int64, now: MarketTime, _ json: inout JSONText) {
        sides(bids: bids, asks: asks, now: now, &json)
        json.raw(#","version":"#)
        json.integer(version)
        json.raw("}")
    }

    private func sides(bids: [Level], asks: [Level], now: MarketTime, _ json: inout JSONText) {
        json.raw(#"{"cts":"#)
        json.integer(now.milliseconds)
        json.raw(#","asks":"#)
        MEXCNumbers.levels(asks, &json)
        json.raw(#","bids":"#)
        // In no order, as the venue sends them.
        MEXCNumbers.levels(bids.reversed(), &json)
    }

    private func candle(_ bar: Bar, _ interval: CandleInterval, _ listing: Listing, _ json: inout JSONText) {
        json.raw(#"{"symbol":"#)
        json.name(listing.venueSymbol)
        json.raw(#","interval":"#)
        json.name(CandleNames.name(interval, in: CandleNames.mexcPerpetual))
        json.raw(#","t":"#)
        json.integer(bar.openTime.milliseconds / 1000)
        for (keys, price) in [
            (("o", "ro"), bar.open), (("c", "rc"), bar.close), (("h", "rh"), bar.high), (("l", "rl"), bar.low),
        ] as [((StaticString, StaticString), Price)] {
            for key in [keys.0, keys.1] {
                json.raw(",\"")
                json.raw(key)
                json.raw("\":")
                json.bare(price.value)
            }
        }
        json.raw(#","a":"#)
        json.bare(bar.quoteVolume.value)
        json.raw(#","q":"#)
        json.bare(bar.volume.value)
        json.raw("}")
    }

    /// Returns the channel that the figures go out on.
    private func figures(
        _ figures: PerpetualFigures,
        _ kind: StreamKind?,
        _ listing: Listing,
        _ json: inout JSONText
    ) -> StaticString {
        json.raw(#"{"symbol":"#)
        json.name(listing.venueSymbol)
        defer { json.raw("}") }
        switch kind {
        case .funding:
            json.raw(#","rate":"#)
            json.bare(figures.fundingRate)
            json.raw(#","nextSettleTime":"#)
            json.integer(figures.nextFunding.milliseconds)
            return "push.funding.rate"
        case .indexPrice:
            json.raw(#","price":"#)
            json.bare(figures.indexPrice.value)
            return "push.index.price"
        default:
            json.raw(#","price":"#)
            json.bare(figures.markPrice.value)
            return "push.fair.price"
        }
    }
}

/// The last 24 hours of a contract in MEXC's words.
enum MEXCTicker {
    /// `isWhole` has quote, open interest and funding, which rows of all contracts lack.
    static func write(_ row: MarketRow, isWhole: Bool, now: MarketTime, _ json: inout JSONText) {
        var fields: [(StaticString, FixedPoint)] = [
            ("lastPrice", row.last), ("riseFallRate", row.changeFraction(places: 4)),
            ("fairPrice", row.figures?.markPrice.value ?? .zero),
            ("indexPrice", row.figures?.indexPrice.value ?? .zero), ("volume24", row.volume),
            ("lower24Price", row.low), ("high24Price", row.high),
        ]
        if isWhole {
            fields += [
                ("riseFallValue", row.change), ("bid1", row.quote?.bid.value ?? .zero),
                ("ask1", row.quote?.ask.value ?? .zero), ("holdVol", row.figures?.openInterest.value ?? .zero),
                ("fundingRate", row.figures?.fundingRate ?? .zero),
            ]
        }
        json.raw(#"{"symbol":"#)
        json.name(row.listing.venueSymbol)
        for (key, value) in fields {
            json.raw(",\"")
            json.raw(key)
            json.raw("\":")
            json.bare(value)
        }
        json.raw(#","amount24":"#)
        MEXCNumbers.stripped(row.quoteVolume, &json)
        json.raw(#","timestamp":"#)
        json.integer(now.milliseconds)
        json.raw("}")
    }
}

/// Numbers as MEXC's futures write them.
enum MEXCNumbers {
    /// `[price, contracts, orders]`.
    static func levels(_ levels: some Sequence<Level>, _ json: inout JSONText) {
        json.raw("[")
        var isFirst = true
        for level in levels {
            json.raw(isFirst ? "[" as StaticString : ",[")
            isFirst = false
            stripped(level.price.value, &json)
            json.raw(",")
            json.bare(level.quantity.value)
            json.raw(level.quantity == .zero ? ",0]" as StaticString : ",2]")
        }
        json.raw("]")
    }

    /// A decimal without its trailing zeros, those before the point too: 75480 is `7.548E+4`.
    static func stripped(_ value: FixedPoint, _ json: inout JSONText) {
        var whole = value.units / FixedPoint.one
        guard whole != 0, value.units == whole * FixedPoint.one, whole.isMultiple(of: 10), whole > 0 else {
            return json.bare(value)
        }
        var exponent = 0
        while whole.isMultiple(of: 10) {
            whole /= 10
            exponent += 1
        }
        let digits = String(whole)
        json.raw(String(digits.prefix(1)))
        if digits.count > 1 {
            json.raw(".")
            json.raw(String(digits.dropFirst()))
        }
        json.raw("E+")
        json.integer(exponent + digits.count - 1)
    }
}
