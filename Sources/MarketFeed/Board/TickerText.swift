import Markets

extension TickerSummary {
    /// The `Ticker` of the REST interface.
    func item(symbol: Symbol, base: String, quote: String) -> [UInt8] {
        var json: [UInt8] = []
        json.reserveCapacity(320 + 160 * lines.count)
        json.appendJSON("{\"symbol\":")
        json.appendJSON(escaping: symbol.text)
        json.appendJSON(",\"base\":")
        json.appendJSON(escaping: base)
        json.appendJSON(",\"quote\":")
        json.appendJSON(escaping: quote)
        json.appendJSON(",\"asset\":")
        json.appendJSON(escaping: otherAsset ?? base)
        json.appendPrice(price, change: change, volume: volume)
        json.appendJSON(",\"high24h\":")
        json.appendJSON(high.value)
        json.appendJSON(",\"low24h\":")
        json.appendJSON(low.value)
        json.appendTail(bid: bid, ask: ask, time: time, isStale: isStale)
        if symbol.isPerpetual {
            json.appendJSON(",\"openInterest\":")
            json.appendJSON(openInterest?.value)
        }
        json.appendJSON(",\"exchanges\":[")
        for (index, line) in lines.enumerated() {
            json.appendJSON(index == 0 ? "{\"exchange\":" : ",{\"exchange\":")
            json.appendJSON(escaping: line.venue.rawValue)
            json.appendPrice(line.price, change: line.change, volume: line.volume)
            json.appendTail(bid: line.bid, ask: line.ask, time: line.time, isStale: line.isStale)
            json.appendJSON(",\"asset\":")
            json.appendJSON(escaping: line.otherAsset ?? base)
            json.appendJSON(",\"setApart\":")
            if let reason = line.setApart {
                json.appendJSON(escaping: reason.rawValue)
            } else {
                json.appendJSON("null")
            }
            if symbol.isPerpetual { json.appendPerpetual(line) }
            json.append(UInt8(ascii: "}"))
        }
        json.appendJSON("]}")
        return json
    }

    /// The payload of a WebSocket `ticker` message.
    func frame(symbol: Symbol) -> [UInt8] {
        var json: [UInt8] = []
        json.reserveCapacity(160)
        json.appendJSON("{\"type\":\"ticker\",\"symbol\":")
        json.appendJSON(escaping: symbol.text)
        json.appendPrice(price, change: change, volume: volume)
        json.appendJSON(",\"ts\":")
        json.appendJSON(time.milliseconds)
        json.append(UInt8(ascii: "}"))
        return json
    }
}

extension [UInt8] {
    fileprivate mutating func appendPrice(_ price: Price, change: PercentChange?, volume: Money) {
        appendJSON(",\"price\":")
        appendJSON(price.value)
        appendJSON(",\"change24h\":")
        appendJSON(change)
        appendJSON(",\"volume\":")
        appendJSON(volume.value)
    }

    /// What only a perpetual has.
    fileprivate mutating func appendPerpetual(_ line: TickerSummary.Line) {
        appendJSON(",\"markPrice\":")
        appendJSON(line.funding?.markPrice?.value)
        appendJSON(",\"indexPrice\":")
        appendJSON(line.funding?.indexPrice?.value)
        appendJSON(",\"openInterest\":")
        appendJSON(line.openInterest?.value)
        appendJSON(",\"funding\":")
        guard let rate = line.funding?.rate else { return appendJSON("null") }
        appendJSON("{\"rate\":")
        appendJSON(rate)
        appendJSON(",\"nextAt\":")
        if let nextAt = line.funding?.nextAt { appendJSON(instant: nextAt) } else { appendJSON("null") }
        append(UInt8(ascii: "}"))
    }

    fileprivate mutating func appendTail(bid: Price?, ask: Price?, time: MarketTime, isStale: Bool) {
        appendJSON(",\"bid\":")
        appendJSON(bid?.value)
        appendJSON(",\"ask\":")
        appendJSON(ask?.value)
        appendJSON(",\"ts\":")
        appendJSON(time.milliseconds)
        appendJSON(",\"stale\":")
        appendJSON(isStale)
    }
}
