import Foundation
import Markets
import Testing
import Venues

/// The book messages of one market in a recorded session, read with Foundation so that no decoder of ours is trusted.
struct BookSession {
    /// One line of the session.
    enum Line {
        case stream(BookFrame)
        /// What the recorder fetched over REST at that moment.
        case rest(BookFrame)
        /// The best prices that the venue said the book with that number has.
        case best(number: Int64, bid: BookLevel, ask: BookLevel)
    }

    var rule: BookRule
    var lines: [Line] = []

    var frames: [BookFrame] {
        lines.compactMap { if case .stream(let frame) = $0 { frame } else { nil } }
    }

    static let binanceFiles: [(file: String, symbol: String, rule: BookRule)] = [
        ("spot-session-BTCUSDT-2024", "BTCUSDT", .binanceSpot),
        ("usdm-session-BTCUSDT-2024", "BTCUSDT", .binanceUSDM),
        ("usdm-session-4symbols-2021", "SUSHIUSDT", .binanceUSDM),
        ("usdm-session-4symbols-2021", "AKROUSDT", .binanceUSDM),
        ("usdm-session-4symbols-2021", "KEEPUSDT", .binanceUSDM),
        ("usdm-session-4symbols-2021", "CTKUSDT", .binanceUSDM),
    ]

    /// A market of a Binance session, its first lines only when a limit is given.
    static func binance(_ file: String, _ symbol: String, _ rule: BookRule, lines limit: Int = .max) throws
        -> BookSession
    {
        var session = BookSession(rule: rule)
        let symbol = try #require(Symbol(symbol))
        for line in try Recordings.lines("exchanges/binance/ws/\(file).jsonl.gz").prefix(limit) {
            let object = try dictionary(line)
            let frame = try #require(object["frame"] as? [String: Any])
            if object["kind"] as? String == "rest" {
                guard object["symbol"] as? String ?? symbol.text == symbol.text else { continue }
                session.lines.append(.rest(try rest(frame, symbol)))
            } else if let data = frame["data"] as? [String: Any], data["s"] as? String == symbol.text {
                if data["e"] as? String == "depthUpdate" {
                    session.lines.append(.stream(try depth(data, symbol)))
                } else if let bid = level(data, "b", "B"), let ask = level(data, "a", "A"),
                    let number = (data["u"] as? NSNumber)?.int64Value
                {
                    session.lines.append(.best(number: number, bid: bid, ask: ask))
                }
            }
        }
        return session
    }

    private static func dictionary(_ line: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    }

    private static func rest(_ frame: [String: Any], _ symbol: Symbol) throws -> BookFrame {
        let number = try integer(frame, "lastUpdateId")
        return BookFrame(
            market: 0,
            symbol: symbol,
            kind: .snapshot,
            first: number,
            last: number,
            bids: try levels(frame["bids"]),
            asks: try levels(frame["asks"])
        )
    }

    private static func depth(_ data: [String: Any], _ symbol: Symbol) throws -> BookFrame {
        BookFrame(
            market: 0,
            symbol: symbol,
            kind: .changes,
            first: try integer(data, "U"),
            last: try integer(data, "u"),
            previous: (data["pu"] as? NSNumber)?.int64Value,
            bids: try levels(data["b"]),
            asks: try levels(data["a"])
        )
    }

    private static func integer(_ object: [String: Any], _ key: String) throws -> Int64 {
        try #require((object[key] as? NSNumber)?.int64Value)
    }

    /// Nil when the message has no best prices.
    private static func level(_ data: [String: Any], _ price: String, _ quantity: String) -> BookLevel? {
        guard let price = (data[price] as? String).flatMap({ Price($0) }),
            let quantity = (data[quantity] as? String).flatMap({ Quantity($0) })
        else { return nil }
        return BookLevel(price: price, quantity: quantity)
    }

    static func levels(_ value: Any?) throws -> [BookLevel] {
        try (try #require(value as? [[String]])).map { texts in
            BookLevel(price: try #require(Price(texts[0])), quantity: try #require(Quantity(texts[1])))
        }
    }
}

/// A recorded OKX session: messages of one instrument, with the texts that its checksums are made of.
struct OKXSession {
    struct Message {
        var frame: BookFrame
        var bids: [[String]]
        var asks: [[String]]
        var checksum: Int32
    }

    var instrument: String
    var messages: [Message] = []

    static let instruments = ["BTC-USDT", "BTC-USD-220527", "UNI-USD-SWAP"]

    /// The recording is of a time before `seqId`; the numbers that today's wire has are given here, one per message.
    static func recorded(_ instrument: String) throws -> OKXSession {
        var session = OKXSession(instrument: instrument)
        var number: Int64 = 0
        for line in try Recordings.lines("exchanges/okx/ws/session-3instruments-2022.jsonl.gz") {
            let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            guard let frame = object?["frame"] as? [String: Any], let arg = frame["arg"] as? [String: Any],
                arg["channel"] as? String == "books", arg["instId"] as? String == instrument,
                let data = (frame["data"] as? [[String: Any]])?.first
            else { continue }
            let bids = try #require(data["bids"] as? [[String]])
            let asks = try #require(data["asks"] as? [[String]])
            number += 10
            let book = BookFrame(
                market: 0,
                symbol: try #require(Symbol("AUSDT")),
                kind: frame["action"] as? String == "snapshot" ? .snapshot : .changes,
                first: number,
                last: number,
                previous: number - 10,
                bids: try BookSession.levels(bids),
                asks: try BookSession.levels(asks)
            )
            let checksum = try #require((data["checksum"] as? NSNumber)?.int32Value)
            session.messages.append(Message(frame: book, bids: bids, asks: asks, checksum: checksum))
        }
        return session
    }
}

/// A book without bounds, kept the slow and obvious way.
struct PlainBook {
    private(set) var bids: [Price: Quantity] = [:]
    private(set) var asks: [Price: Quantity] = [:]

    mutating func apply(_ frame: BookFrame) {
        if frame.kind == .snapshot { (bids, asks) = ([:], [:]) }
        for level in frame.bids { bids[level.price] = level.quantity.value.isZero ? nil : level.quantity }
        for level in frame.asks { asks[level.price] = level.quantity.value.isZero ? nil : level.quantity }
    }

    /// Highest first.
    var sortedBids: [BookLevel] {
        bids.map { BookLevel(price: $0.key, quantity: $0.value) }.sorted { $0.price > $1.price }
    }

    /// Lowest first.
    var sortedAsks: [BookLevel] {
        asks.map { BookLevel(price: $0.key, quantity: $0.value) }.sorted { $0.price < $1.price }
    }
}
