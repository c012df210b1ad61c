import Markets

/// Lines of a recorded OKX session: frames are `{"arg":{"channel":…,"instId":…},"data":[…]}`.
enum OKXSessionLine {
    /// Whether a session's first line is OKX's: a subscription or a frame with an argument.
    static func isOne(_ line: [UInt8]) -> Bool {
        guard let frame = JSONSlice(line)?["frame"] else { return false }
        return frame["op"] != nil || frame["arg"] != nil
    }

    static func record(_ line: [UInt8]) throws(RecordParser.Fault) -> Record? {
        guard let object = JSONSlice(line) else { throw RecordParser.Fault(reason: "is not JSON") }
        guard let microseconds = object["t_us"]?.integer, microseconds >= 0 else {
            throw RecordParser.Fault(reason: "t_us is no whole number")
        }
        guard let frame = object["frame"] else { throw RecordParser.Fault(reason: "frame is missing") }
        // Subscriptions and their answers were the recorder's own.
        guard object["kind"]?.string == "ws", frame["event"] == nil else { return nil }
        guard let argument = frame["arg"].flatMap(OKXTopics.Argument.init), let name = argument.instrument,
            let symbol = symbol(name), let rows = frame["data"]?.elements
        else { throw RecordParser.Fault(reason: "a ws frame has arg and data") }
        let recorded = RecordedFrame(
            stream: argument.json,
            data: Array(frame.bytes),
            combined: Array(frame.bytes)
        )
        let news = try news(argument.channel, rows, isSnapshot: frame["action"]?.string == "snapshot")
        return Record(
            time: MarketTime(milliseconds: microseconds / 1000),
            symbol: symbol,
            venueSymbol: name,
            payload: .frame(recorded, news)
        )
    }

    /// `BTC-USDT` is `BTCUSDT`, `UNI-USD-SWAP` is `UNIUSD-PERP`.
    private static func symbol(_ name: String) -> Symbol? {
        let isPerpetual = name.hasSuffix("-SWAP")
        let halves = (isPerpetual ? name.dropLast(5) : name[...]).split(separator: "-").joined()
        return Symbol(isPerpetual ? halves + Symbol.perpetualSuffix : halves)
    }

    private static func news(
        _ channel: String,
        _ rows: [JSONSlice],
        isSnapshot: Bool
    ) throws(RecordParser.Fault) -> Record.News? {
        switch channel {
        case "trades":
            let prints = rows.compactMap(trade)
            guard prints.count == rows.count else { throw RecordParser.Fault(reason: "trades frame is damaged") }
            return .trades(prints)
        case "books":
            guard let row = rows.first, let bids = SessionLine.levels(row["bids"]),
                let asks = SessionLine.levels(row["asks"])
            else { throw RecordParser.Fault(reason: "books frame is damaged") }
            return isSnapshot
                ? .book(DepthSnapshot(updateID: 0, bids: bids, asks: asks)) : .nextDepth(bids: bids, asks: asks)
        default: return nil
        }
    }

    private static func trade(_ row: JSONSlice) -> Print? {
        guard let id = row["tradeId"]?.string.flatMap({ Int64($0) }), let price = SessionLine.decimal(row["px"]),
            let quantity = SessionLine.decimal(row["sz"]), let time = row["ts"]?.string.flatMap({ Int64($0) }),
            let side = row["side"]?.string.flatMap(Side.init)
        else { return nil }
        return Print(
            id: id,
            time: MarketTime(milliseconds: time),
            price: Price(price),
            quantity: Quantity(quantity),
            takerSide: side
        )
    }
}
