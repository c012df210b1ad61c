import Markets

/// What one pass over the recordings finds out.
struct RecordingSurvey {
    fileprivate struct Places {
        var price = 0
        var quantity = 0
    }

    private var symbols: [Symbol] = []
    private var places: [Symbol: Places] = [:]
    private var venueSymbols: [Symbol: String] = [:]
    private(set) var streams: Set<String> = []
    private(set) var start: MarketTime?
    private(set) var end: MarketTime?
    private(set) var records = 0

    mutating func add(_ record: Record) {
        records += 1
        start = start ?? record.time
        end = record.time
        var found = places[record.symbol] ?? Places()
        if places[record.symbol] == nil {
            symbols.append(record.symbol)
            venueSymbols[record.symbol] = record.venueSymbol
        }
        switch record.payload {
        case .frame(let frame, let news):
            streams.insert(frame.key)
            if case .trades(let prints) = news { for print in prints { found.see(print.price, print.quantity) } }
        case .snapshot(let snapshot):
            if let level = snapshot.bids.first { found.see(level.price, level.quantity) }
        case .candle(_, let bar):
            for price in [bar.open, bar.high, bar.low, bar.close] { found.see(price, bar.volume) }
        case .trade(let price, let quantity, _): found.see(price, quantity)
        }
        places[record.symbol] = found
    }

    /// Steps are the finest digits that were seen.
    var listings: [Listing] {
        symbols.map { symbol in
            let name = venueSymbols[symbol] ?? symbol.text
            let parts = name.split(separator: "-").map(String.init)
            let halves = parts.count > 1 ? (parts[0], parts[1]) : QuoteAssets.split(name) ?? (name, "")
            let found = places[symbol] ?? Places()
            return Listing(
                symbol: symbol,
                venueSymbol: name,
                base: halves.0,
                quote: halves.1,
                pricePlaces: found.price,
                quantityPlaces: found.quantity
            )
        }
    }
}

extension RecordingSurvey.Places {
    fileprivate mutating func see(_ price: Price, _ quantity: Quantity) {
        self.price = max(self.price, price.value.digitsAfterPoint)
        self.quantity = max(self.quantity, quantity.value.digitsAfterPoint)
    }
}

extension FixedPoint {
    /// Digits after the point without trailing zeros, 0…18.
    var digitsAfterPoint: Int {
        var fraction = UInt64(units.magnitude % Self.one.magnitude)  // below 10¹⁸
        guard fraction != 0 else { return 0 }
        var digits = Self.places
        while fraction.isMultiple(of: 10) {
            fraction /= 10
            digits -= 1
        }
        return digits
    }
}
