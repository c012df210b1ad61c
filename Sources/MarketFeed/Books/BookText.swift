import Markets

/// Order books as the JSON of the REST interface.
enum BookText {
    /// One venue's book; without a view, one whose snapshot has not come.
    static func page(_ view: VenueBookView?, of symbol: Symbol, on venue: Venue) -> [UInt8] {
        let bids = view?.bids ?? []
        let asks = view?.asks ?? []
        var json = head(symbol, levels: bids.count + asks.count)
        json.appendJSON(escaping: venue.rawValue)
        json.appendJSON(",\"bids\":")
        json.appendJSON(bids)
        json.appendJSON(",\"asks\":")
        json.appendJSON(asks)
        json.appendState(view?.state ?? .resyncing, sequence: view?.sequence, at: view?.changedAt)
        json.append(UInt8(ascii: "}"))
        return json
    }

    /// The merged book.
    static func page(_ book: AggregatedBook, of symbol: Symbol) -> [UInt8] {
        let ladder = book.ladder
        var json = head(symbol, levels: 2 * (ladder.bids.count + ladder.asks.count))
        json.appendJSON("\"aggregated\",\"bids\":")
        json.appendJSON(ladder.bids)
        json.appendJSON(",\"asks\":")
        json.appendJSON(ladder.asks)
        json.appendState(
            book.state,
            sequence: book.views.isEmpty ? nil : book.views.reduce(0) { $0 + $1.version },
            at: book.views.filter { $0.state == book.state }.compactMap(\.changedAt).max()
        )
        json.appendJSON(",\"crossed\":{\"bids\":")
        json.appendJSON(ladder.crossedBids)
        json.appendJSON(",\"asks\":")
        json.appendJSON(ladder.crossedAsks)
        json.appendJSON("},\"exchanges\":[")
        for (index, view) in book.views.enumerated() {
            json.appendJSON(index == 0 ? "{\"exchange\":" : ",{\"exchange\":")
            json.appendJSON(escaping: view.venue.rawValue)
            json.appendState(view.state, sequence: view.sequence, at: view.changedAt)
            json.append(UInt8(ascii: "}"))
        }
        json.appendJSON("]}")
        return json
    }

    private static func head(_ symbol: Symbol, levels: Int) -> [UInt8] {
        var json: [UInt8] = []
        json.reserveCapacity(256 + 48 * levels)
        json.appendJSON("{\"symbol\":")
        json.appendJSON(escaping: symbol.text)
        json.appendJSON(",\"exchange\":")
        return json
    }
}

extension [UInt8] {
    fileprivate mutating func appendState(_ state: BookState, sequence: Int64?, at time: MarketTime?) {
        appendJSON(",\"sequence\":")
        if let sequence { appendJSON(sequence) } else { appendJSON("null") }
        appendJSON(",\"ts\":")
        if let time { appendJSON(time.milliseconds) } else { appendJSON("null") }
        appendJSON(",\"state\":")
        appendJSON(escaping: state.rawValue)
    }

    /// `[["67123.45","1.5"],…]`.
    fileprivate mutating func appendJSON(_ levels: [BookLevel]) {
        append(UInt8(ascii: "["))
        for (index, level) in levels.enumerated() {
            appendJSON(index == 0 ? "[" : ",[")
            appendJSON(level.price.value)
            append(UInt8(ascii: ","))
            appendJSON(level.quantity.value)
            append(UInt8(ascii: "]"))
        }
        append(UInt8(ascii: "]"))
    }

    /// `[["67123.45","1.5",{"binance":"1","okx":"0.5"}],…]`.
    fileprivate mutating func appendJSON(_ levels: [MergedBook.Level]) {
        append(UInt8(ascii: "["))
        for (index, level) in levels.enumerated() {
            appendJSON(index == 0 ? "[" : ",[")
            appendJSON(level.price.value)
            append(UInt8(ascii: ","))
            appendJSON(level.quantity.value)
            for (place, part) in level.venues.enumerated() {
                appendJSON(place == 0 ? ",{" : ",")
                appendJSON(escaping: part.venue.rawValue)
                append(UInt8(ascii: ":"))
                appendJSON(part.quantity.value)
            }
            appendJSON("}]")
        }
        append(UInt8(ascii: "]"))
    }
}
