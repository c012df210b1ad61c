import Markets

extension [Instrument] {
    /// At most one instrument for each symbol, in the order in which the venue first names them.
    ///
    /// A venue may list a coin both plain and bundled (`SHIB`, `SHIB1000`), which is one symbol to us: the one that
    /// trades stays, and of two that do the plainer.
    func oneForEachSymbol() -> [Instrument] {
        var places: [Symbol: Int] = [:]
        return reduce(into: []) { kept, instrument in
            guard let place = places[instrument.symbol] else {
                places[instrument.symbol] = kept.count
                kept.append(instrument)
                return
            }
            let other = kept[place]
            let isBetter =
                instrument.isTrading == other.isTrading
                ? instrument.multiplier < other.multiplier : instrument.isTrading
            if isBetter { kept[place] = instrument }
        }
    }
}

extension String {
    /// Whether it is a market's name as venues write them: letters, digits, hyphens and underscores, or other scripts.
    ///
    /// Names go into requests as they are, where a quote or an ampersand would end them.
    var isPlainMarketName: Bool {
        (1...64).contains(utf8.count)
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), 0x80...:
                    true
                default: false
                }
            }
    }

    /// For a query: the letters, digits and marks that need no escape stay, every other byte is escaped.
    var queryEscaped: String {
        utf8.reduce(into: "") { encoded, byte in
            let scalar = Unicode.Scalar(byte)
            if byte < 0x80,
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.~".contains(Character(scalar))
            {
                encoded.unicodeScalars.append(scalar)
            } else {
                encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}

extension CandleInterval {
    /// The open time of the last of so many candles that open at the instant or later.
    func lastOpenTime(from time: MarketTime, limit: Int) -> MarketTime {
        let current = openTime(of: time)
        let first = current < time ? current.adding(milliseconds: milliseconds) : current
        return first.adding(milliseconds: Int64(limit - 1) * milliseconds)
    }
}
