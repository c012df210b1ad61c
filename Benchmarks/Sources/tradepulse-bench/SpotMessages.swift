import Markets

/// Messages in the shape that Binance publishes for spot, made from a fixed sequence of numbers.
///
/// <https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams>
struct SpotMessages {
    static let markets = 400
    private static let start: Int64 = 1_760_000_000_000
    private var random: UInt64 = 0x9e37_79b9_7f4a_7c15
    private var prices = (0..<markets).map { 1_000_000 + 7_919 * $0 }

    /// `count` trades over a hundred markets, 3 ms apart.
    static func trades(_ count: Int) -> Messages {
        var source = SpotMessages()
        var messages = Messages()
        for index in 0..<count {
            let market = source.next(100)
            let time = start + 3 * Int64(index)
            let text = """
                {"stream":"\(symbol(market).lowercased())@trade","data":{"e":"trade","E":\(time + 1),\
                "s":"\(symbol(market))","t":\(3_735_683_259 + index),"p":"\(source.price(market))",\
                "q":"\(source.amount(1_000))","T":\(time),"m":\(source.next(2) == 0),"M":true}}
                """
            messages.append(text.utf8)
        }
        return messages
    }

    /// `count` updates of open 1-minute candles over a hundred markets, 20 ms apart.
    static func klines(_ count: Int) -> Messages {
        var source = SpotMessages()
        var messages = Messages()
        for index in 0..<count {
            let market = index % 100
            let time = start + 20 * Int64(index)
            let open = time / 60_000 * 60_000
            let price = source.price(market)
            let text = """
                {"stream":"\(symbol(market).lowercased())@kline_1m","data":{"e":"kline","E":\(time),\
                "s":"\(symbol(market))","k":{"t":\(open),"T":\(open + 59_999),"s":"\(symbol(market))","i":"1m",\
                "f":1384844002,"L":1384844032,"o":"\(price)","c":"\(price)","h":"\(price)","l":"\(price)",\
                "v":"\(source.amount(100_000))","n":31,"x":false,"q":"\(source.amount(90_000_000))",\
                "V":"\(source.amount(100))","Q":"\(source.amount(10_000))","B":"0"}}}
                """
            messages.append(text.utf8)
        }
        return messages
    }

    /// `count` messages of `!miniTicker@arr`, one a second, each with a row for every market.
    static func allMiniTickers(_ count: Int) -> Messages {
        var source = SpotMessages()
        var messages = Messages()
        for index in 0..<count {
            let time = start + 1_000 * Int64(index)
            let rows = (0..<markets).map { source.miniTicker($0, time: time) }.joined(separator: ",")
            messages.append("{\"stream\":\"!miniTicker@arr\",\"data\":[\(rows)]}".utf8)
        }
        return messages
    }

    /// `count` messages of `<symbol>@miniTicker`, 3 ms apart.
    static func miniTickers(_ count: Int) -> Messages {
        var source = SpotMessages()
        var messages = Messages()
        for index in 0..<count {
            messages.append(source.miniTicker(index % markets, time: start + 3 * Int64(index)).utf8)
        }
        return messages
    }

    private mutating func miniTicker(_ market: Int, time: Int64) -> String {
        let price = price(market)
        return """
            {"e":"24hrMiniTicker","E":\(time),"s":"\(Self.symbol(market))","c":"\(price)","o":"\(price)",\
            "h":"\(Self.decimal(prices[market] * 2))","l":"\(Self.decimal(prices[market] / 2))",\
            "v":"\(amount(9_000_000))","q":"\(amount(700_000_000))"}
            """
    }

    /// The markets of these messages, and the one of the recorded session.
    static var instruments: [Instrument] {
        ((0..<markets).map(symbol) + ["BTCUSDT"]).compactMap { name in
            Symbol(name).map {
                Instrument(
                    venue: .binance,
                    symbol: $0,
                    venueSymbol: name,
                    base: String(name.dropLast(4)),
                    quote: "USDT",
                    tickSize: nil,
                    lotSize: nil,
                    isTrading: true
                )
            }
        }
    }

    private static func symbol(_ market: Int) -> String { "COIN\(market)USDT" }

    /// The market's price after one more small step, with the venue's eight places.
    private mutating func price(_ market: Int) -> String {
        prices[market] += next(201) - 100
        return Self.decimal(prices[market])
    }

    private mutating func amount(_ most: Int) -> String { Self.decimal(1 + next(most * 100)) }

    /// Hundredths as a decimal of eight places.
    private static func decimal(_ hundredths: Int) -> String {
        let cents = hundredths % 100
        return "\(hundredths / 100).\(cents < 10 ? "0" : "")\(cents)000000"
    }

    /// A number below the bound: splitmix64, so that every run measures the same bytes.
    private mutating func next(_ bound: Int) -> Int {
        random &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (random ^ (random >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}
