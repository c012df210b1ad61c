import Markets

/// Stream payloads that Bybit's spot and linear sockets have in common.
///
/// - Source: bybit-exchange/docs, v5 websocket public (2026-07); recordings of 2023 to 2026.
enum BybitFrames {
    /// What every frame begins with: `{"topic":"…","type":"snapshot","ts":…,"data":`.
    static func head(_ topic: Topic, isDelta: Bool = false, now: MarketTime) -> JSONText {
        var json = JSONText(capacity: 384)
        json.raw(#"{"topic":"#)
        json.name(topic.name)
        json.raw(isDelta ? #","type":"delta","ts":"# as StaticString : #","type":"snapshot","ts":"#)
        json.integer(now.milliseconds)
        json.raw(#","data":"#)
        return json
    }

    /// Trades of one moment: `S` is the taker's side.
    static func trades(_ prints: [Print], _ topic: Topic, _ listing: Listing, now: MarketTime) -> JSONText {
        var json = head(topic, now: now)
        var separator = "[{\"T\":" as StaticString
        for print in prints {
            json.raw(separator)
            separator = ",{\"T\":"
            json.integer(print.time.milliseconds)
            json.raw(#","s":"#)
            json.name(listing.venueSymbol)
            json.raw(print.takerSide == .buy ? #","S":"Buy","v":"# as StaticString : #","S":"Sell","v":"#)
            json.plain(print.quantity.value)
            json.raw(#","p":"#)
            json.plain(print.price.value)
            if listing.isPerpetual {
                json.raw(#","L":"PlusTick","i":""#)
                identifier(print.id, &json)
            } else {
                json.raw(#","i":""#)
                json.integer(print.id)
            }
            json.raw(#"","BT":false,"RPI":false,"seq":"#)
            json.integer(print.id)
            json.raw("}")
        }
        json.raw("]}")
        return json
    }

    /// A number in the clothes of a UUID, as the linear market gives them.
    private static func identifier(_ id: Int64, _ json: inout JSONText) {
        let hash = SeededRandom.mix(UInt64(bitPattern: id))
        let digits = String(hash, radix: 16)
        let text = String(repeating: "0", count: 16 - digits.count) + digits
        json.raw(text.prefix(8) + "-" + text.dropFirst(8).prefix(4) + "-5" + text.suffix(3) + "-a462-4bf826c867af")
    }

    static func candle(
        _ bar: Bar,
        _ interval: CandleInterval,
        isClosed: Bool,
        _ topic: Topic,
        now: MarketTime
    ) -> JSONText {
        var json = head(topic, now: now)
        json.raw(#"[{"start":"#)
        json.integer(bar.openTime.milliseconds)
        json.raw(#","end":"#)
        json.integer(bar.openTime.milliseconds + interval.milliseconds - 1)
        json.raw(#","interval":"#)
        json.name(CandleNames.name(interval, in: CandleNames.bybit))
        json.raw(#","open":"#)
        json.plain(bar.open.value)
        json.raw(#","close":"#)
        json.plain(bar.close.value)
        json.raw(#","high":"#)
        json.plain(bar.high.value)
        json.raw(#","low":"#)
        json.plain(bar.low.value)
        json.raw(#","volume":"#)
        json.plain(bar.volume.value)
        json.raw(#","turnover":"#)
        json.plain(bar.quoteVolume.value)
        json.raw(#","confirm":"#)
        json.bool(isClosed)
        json.raw(#","timestamp":"#)
        json.integer(now.milliseconds)
        json.raw("}]}")
        return json
    }

    static func book(
        bids: [Level],
        asks: [Level],
        updateID: Int64,
        isDelta: Bool,
        _ topic: Topic,
        _ listing: Listing,
        now: MarketTime
    ) -> JSONText {
        var json = head(topic, isDelta: isDelta, now: now)
        json.raw(#"{"s":"#)
        json.name(listing.venueSymbol)
        json.raw(#","b":"#)
        json.plain(levels: bids)
        json.raw(#","a":"#)
        json.plain(levels: asks)
        json.raw(#","u":"#)
        json.integer(updateID)
        json.raw(#","seq":"#)
        json.integer(updateID * 3)
        json.raw(#"},"cts":"#)
        json.integer(now.milliseconds - 2)
        json.raw("}")
        return json
    }

    static func quote(_ top: TopOfBook, _ topic: Topic, _ listing: Listing, now: MarketTime) -> JSONText {
        book(
            bids: [Level(price: top.bid, quantity: top.bidQuantity)],
            asks: [Level(price: top.ask, quantity: top.askQuantity)],
            updateID: top.updateID,
            isDelta: false,
            topic,
            listing,
            now: now
        )
    }

    /// `S` is the side of the position: Buy, a long was closed.
    static func liquidation(_ closed: ForcedClose, _ topic: Topic, _ listing: Listing, now: MarketTime) -> JSONText {
        var json = head(topic, now: now)
        json.raw(#"[{"T":"#)
        json.integer(closed.time.milliseconds)
        json.raw(#","s":"#)
        json.name(listing.venueSymbol)
        json.raw(closed.position == .long ? #","S":"Buy","v":"# as StaticString : #","S":"Sell","v":"#)
        json.plain(closed.quantity.value)
        json.raw(#","p":"#)
        json.plain(closed.price.value)
        json.raw("}]}")
        return json
    }
}
