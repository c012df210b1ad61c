import Markets

/// Lines of a recorded session: `{"t_us":…,"kind":"ws"|"rest"|"sent","frame":…}`.
enum SessionLine {
    /// `file` is the market that the file's name tells, for lines that do not name one.
    static func record(_ line: [UInt8], file: Symbol?, isPerpetual: Bool) throws(RecordParser.Fault) -> Record? {
        guard let object = JSONSlice(line) else { throw RecordParser.Fault(reason: "is not JSON") }
        guard let microseconds = object["t_us"]?.integer, microseconds >= 0 else {
            throw RecordParser.Fault(reason: "t_us is no whole number")
        }
        guard let frame = object["frame"] else { throw RecordParser.Fault(reason: "frame is missing") }
        let time = MarketTime(milliseconds: microseconds / 1000)
        switch object["kind"]?.string {
        case "ws": return try streamed(frame, file, isPerpetual, time)
        case "rest":
            guard let snapshot = snapshot(frame) else {
                throw RecordParser.Fault(reason: "a rest frame is a book: lastUpdateId, bids, asks")
            }
            let market = try market(object["symbol"]?.string ?? file?.text, isPerpetual)
            return Record(time: time, symbol: market.0, venueSymbol: market.1, payload: .snapshot(snapshot))
        case "sent": return nil
        default: throw RecordParser.Fault(reason: "kind is ws, rest or sent")
        }
    }

    /// Our symbol and the venue's, of the venue's or of a file's name.
    private static func market(_ name: String?, _ isPerpetual: Bool) throws(RecordParser.Fault) -> (Symbol, String?) {
        guard let name else { throw RecordParser.Fault(reason: "neither line nor file names the market") }
        guard isPerpetual, !name.hasSuffix(Symbol.perpetualSuffix) else {
            guard let symbol = Symbol(name) else { throw RecordParser.Fault(reason: "symbol is no market's name") }
            return (symbol, nil)
        }
        guard let symbol = Symbol(name + Symbol.perpetualSuffix) else {
            throw RecordParser.Fault(reason: "symbol is no market's name")
        }
        return (symbol, name)
    }

    /// A combined frame goes on as it is; a control reply, which has no stream, was meant for the recorder alone.
    private static func streamed(
        _ frame: JSONSlice,
        _ file: Symbol?,
        _ isPerpetual: Bool,
        _ time: MarketTime
    ) throws(RecordParser.Fault) -> Record? {
        guard let stream = frame["stream"]?.string, let data = frame["data"] else {
            if frame["result"] != nil || frame["error"] != nil { return nil }
            throw RecordParser.Fault(reason: "a ws frame has stream and data")
        }
        var recorded = RecordedFrame(stream: stream, data: Array(data.bytes), combined: Array(frame.bytes))
        recorded.isPerpetual = isPerpetual
        // An all-market stream, `!miniTicker@arr`, stands under the file's market.
        let name = stream.hasPrefix("!") ? nil : stream.split(separator: "@").first.map { $0.uppercased() }
        let named = name.flatMap { Symbol($0) }.map(\.text)
        let owner = try market(named ?? file?.text, isPerpetual)
        return Record(
            time: time,
            symbol: owner.0,
            venueSymbol: owner.1,
            payload: .frame(recorded, try news(stream, data))
        )
    }

    private static func news(_ stream: String, _ data: JSONSlice) throws(RecordParser.Fault) -> Record.News? {
        let channel = stream.split(separator: "@").dropFirst().first ?? ""
        switch channel {
        case "trade":
            guard let print = trade(data, id: "t") else { throw RecordParser.Fault(reason: "trade frame is damaged") }
            return .trades([print])
        case "bookTicker":
            guard let top = quote(data) else { throw RecordParser.Fault(reason: "bookTicker frame is damaged") }
            return .quote(top)
        case "depth":
            guard let change = change(data) else { throw RecordParser.Fault(reason: "depth frame is damaged") }
            return .depth(change)
        default: return nil
        }
    }

    private static func trade(_ data: JSONSlice, id: StaticString) -> Print? {
        guard let id = data[id]?.integer, let time = data["T"]?.integer, let isSell = data["m"]?.bool,
            let price = decimal(data["p"]), let quantity = decimal(data["q"])
        else { return nil }
        return Print(
            id: id,
            time: MarketTime(milliseconds: time),
            price: Price(price),
            quantity: Quantity(quantity),
            takerSide: isSell ? .sell : .buy
        )
    }

    private static func quote(_ data: JSONSlice) -> TopOfBook? {
        guard let updateID = data["u"]?.integer, let bid = decimal(data["b"]), let bidQuantity = decimal(data["B"]),
            let ask = decimal(data["a"]), let askQuantity = decimal(data["A"])
        else { return nil }
        return TopOfBook(
            updateID: updateID,
            bid: Price(bid),
            bidQuantity: Quantity(bidQuantity),
            ask: Price(ask),
            askQuantity: Quantity(askQuantity)
        )
    }

    private static func change(_ data: JSONSlice) -> DepthChange? {
        guard let first = data["U"]?.integer, let last = data["u"]?.integer, first <= last,
            let bids = levels(data["b"]), let asks = levels(data["a"])
        else { return nil }
        // Futures join their changes by the last one's end, not by the next one's beginning.
        let begin = data["pu"]?.integer.map { $0 + 1 } ?? first
        return DepthChange(updateIDs: min(begin, last)...last, bids: bids, asks: asks)
    }

    private static func snapshot(_ data: JSONSlice) -> DepthSnapshot? {
        guard let updateID = data["lastUpdateId"]?.integer, let bids = levels(data["bids"]),
            let asks = levels(data["asks"])
        else { return nil }
        return DepthSnapshot(updateID: updateID, bids: bids, asks: asks)
    }

    static func levels(_ value: JSONSlice?) -> [Level]? {
        guard let rows = value?.elements else { return nil }
        var levels: [Level] = []
        levels.reserveCapacity(rows.count)
        for row in rows {
            guard let pair = row.elements, pair.count >= 2 else { return nil }
            guard let price = decimal(pair[0]), let quantity = decimal(pair[1]) else { return nil }
            levels.append(Level(price: Price(price), quantity: Quantity(quantity)))
        }
        return levels
    }

    static func decimal(_ value: JSONSlice?) -> FixedPoint? {
        value?.text?.withUnsafeBufferPointer { FixedPoint(utf8: $0) }
    }
}
