import Markets

extension CandlePage {
    /// The complete answer of `GET /market/candles/:symbol`.
    package var json: [UInt8] {
        var json: [UInt8] = []
        json.reserveCapacity(128 + 160 * items.count + 48 * gaps.count)
        json.appendJSON("{\"symbol\":")
        json.appendJSON(escaping: series.symbol.text)
        json.appendJSON(",\"exchange\":")
        json.appendJSON(escaping: series.venue.rawValue)
        json.appendJSON(",\"interval\":")
        json.appendJSON(escaping: series.interval.rawValue)
        json.appendJSON(",\"items\":[")
        for (index, candle) in items.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json.appendJSON(candle)
        }
        json.appendJSON("],\"gaps\":[")
        for (index, gap) in gaps.enumerated() {
            json.appendJSON(index == 0 ? "{\"from\":" : ",{\"from\":")
            json.appendJSON(gap.from.milliseconds)
            json.appendJSON(",\"to\":")
            json.appendJSON(gap.to.milliseconds)
            json.append(UInt8(ascii: "}"))
        }
        json.appendJSON("]}")
        return json
    }

    /// Whether nothing of it can change but by a venue's correction: it lies in the past, whole and without a gap.
    package var isFinal: Bool { gaps.isEmpty && !items.isEmpty && items.allSatisfy(\.isClosed) }
}

extension [UInt8] {
    fileprivate mutating func appendJSON(_ candle: Candle) {
        appendJSON("{\"openTime\":")
        appendJSON(candle.openTime.milliseconds)
        appendJSON(",\"open\":")
        appendJSON(candle.open.value)
        appendJSON(",\"high\":")
        appendJSON(candle.high.value)
        appendJSON(",\"low\":")
        appendJSON(candle.low.value)
        appendJSON(",\"close\":")
        appendJSON(candle.close.value)
        appendJSON(",\"volume\":")
        appendJSON(candle.volume.value)
        appendJSON(",\"trades\":")
        appendJSON(Int64(candle.trades))
        appendJSON(",\"closed\":")
        appendJSON(candle.isClosed)
        append(UInt8(ascii: "}"))
    }
}
