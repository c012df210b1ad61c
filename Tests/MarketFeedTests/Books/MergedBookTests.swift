import MarketFeed
import Markets
import TestKit
import Testing

@Suite("The merged book")
struct MergedBookTests {
    let clock = ManualWallClock()
    let market: BookMarket
    let shelf: BookShelf
    let symbol: Symbol

    init() throws {
        market = BookMarket(now: clock.now)
        shelf = BookShelf(board: market.board, now: clock.now)
        symbol = try Samples.symbol()
        for venue in Venue.allCases {
            market.board.list([try Samples.instrument("BTCUSDT", on: venue, base: "BTC", quote: "USDT")], on: venue)
        }
    }

    @Test("Four books make one ladder: equal prices are added up, each level names its venues")
    func ladder() throws {
        try snapshot(.binance, bids: ["99": "1", "98": "2"], asks: ["101": "1", "103": "1"])
        try snapshot(.bybit, bids: ["99": "0.5", "97": "4"], asks: ["102": "2"])
        try snapshot(.okx, bids: ["98.5": "3"], asks: ["101": "7"])
        try snapshot(.mexc, bids: ["99": "0.25"], asks: ["103": "0.5"])
        #expect(
            try page(depth: 3) == """
                {"symbol":"BTCUSDT","exchange":"aggregated","bids":[\
                ["99","1.75",{"binance":"1","bybit":"0.5","mexc":"0.25"}],["98.5","3",{"okx":"3"}],\
                ["98","2",{"binance":"2"}]],"asks":[["101","8",{"binance":"1","okx":"7"}],\
                ["102","2",{"bybit":"2"}],["103","1.5",{"binance":"1","mexc":"0.5"}]],"sequence":4,\
                "ts":1723161600000,"state":"live","crossed":{"bids":[],"asks":[]},"exchanges":[\
                {"exchange":"binance","sequence":1,"ts":1723161600000,"state":"live"},\
                {"exchange":"bybit","sequence":1,"ts":1723161600000,"state":"live"},\
                {"exchange":"okx","sequence":1,"ts":1723161600000,"state":"live"},\
                {"exchange":"mexc","sequence":1,"ts":1723161600000,"state":"live"}]}
                """
        )
    }

    @Test("Where two venues cross, the level of the older book is taken out and shown beside the ladder")
    func crossed() throws {
        try snapshot(.binance, bids: ["99": "1"], asks: ["100": "1", "104": "1"], at: 0)
        try snapshot(.okx, bids: ["101": "2", "98": "1"], asks: ["102": "1"], at: 10)
        let text = try page(depth: 5)
        #expect(text.contains(#""bids":[["101","2",{"okx":"2"}],["99","1",{"binance":"1"}],["98","1",{"okx":"1"}]]"#))
        #expect(text.contains(#""asks":[["102","1",{"okx":"1"}],["104","1",{"binance":"1"}]]"#))
        #expect(text.contains(#""crossed":{"bids":[],"asks":[["100","1",{"binance":"1"}]]}"#))
    }

    @Test("A resyncing book is not in the ladder, a stale one only where none is live, and both are named")
    func notLive() throws {
        try snapshot(.binance, bids: ["99": "1"], asks: ["100": "1"], at: 0)
        try snapshot(.okx, bids: ["98": "1"], asks: ["101": "1"], at: 0)
        shelf.ingest([try market.book(.lost, on: .okx, bids: [:], asks: [:])])
        let text = try page(depth: 5)
        #expect(text.contains(#""bids":[["99","1",{"binance":"1"}]]"#))
        #expect(text.contains(#"{"exchange":"okx","sequence":1,"ts":1723161600000,"state":"resyncing"}"#))
        clock.advance(milliseconds: 2_000)
        let stale = try page(depth: 5)
        #expect(stale.contains(#""bids":[["99","1",{"binance":"1"}]]"#))
        #expect(stale.contains(#""state":"stale","crossed""#))
    }

    @Test("A venue whose ticker means another coin is not in the ladder")
    func otherAsset() throws {
        let start = Samples.midnight.milliseconds
        market.board.ingest([
            try Samples.ticker(on: .binance, last: "100", at: start),
            try Samples.ticker(on: .mexc, last: "2", at: start),
            try Samples.ticker(on: .okx, last: "100", at: start),
        ])
        try snapshot(.binance, bids: ["99": "1"], asks: ["101": "1"])
        try snapshot(.mexc, bids: ["1.9": "500"], asks: ["2.1": "500"])
        let text = try page(depth: 5)
        #expect(text.contains(#""asks":[["101","1",{"binance":"1"}]]"#))
        #expect(!text.contains("mexc"))
    }

    @Test(
        "The ladder is never crossed, and with what was taken out it holds every level, over random books",
        arguments: 1...40
    )
    func property(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var views: [VenueBookView] = []
        for venue in Venue.allCases {
            let middle = Int.random(in: 990...1_010, using: &random)
            let side = { (sign: Int, random: inout SeededGenerator) -> [BookLevel] in
                try (1...Int.random(in: 1...30, using: &random)).map { step in
                    try BookMarket.level("\(middle + sign * step)", "\(Int.random(in: 1...9, using: &random))")
                }
            }
            let bids = try side(-1, &random)
            shelf.ingest([
                Samples.event(
                    .book(
                        BookUpdate(
                            symbol: symbol,
                            kind: .snapshot,
                            bids: bids,
                            asks: try side(1, &random),
                            sequence: 1
                        )
                    ),
                    on: venue,
                    at: Samples.midnight.milliseconds + Int64.random(in: 0...5, using: &random)
                )
            ])
            views.append(try #require(shelf.view(of: symbol, on: venue, depth: 100)))
        }
        let book = MergedBook(views, depth: 1_000)
        let (bid, ask) = (try #require(book.bids.first), try #require(book.asks.first))
        #expect(bid.price < ask.price)
        #expect(zip(book.bids, book.bids.dropFirst()).allSatisfy { $0.price > $1.price })
        #expect(zip(book.asks, book.asks.dropFirst()).allSatisfy { $0.price < $1.price })
        for level in book.bids + book.asks { #expect(level.quantity == total(level.venues.map(\.quantity))) }
        #expect(contributions(book.bids + book.crossedBids) == views.flatMap(\.bids).map(\.quantity).reduce(.zero, sum))
        #expect(contributions(book.asks + book.crossedAsks) == views.flatMap(\.asks).map(\.quantity).reduce(.zero, sum))
    }

    private func contributions(_ levels: [MergedBook.Level]) -> Quantity { total(levels.map(\.quantity)) }

    private func total(_ quantities: [Quantity]) -> Quantity { quantities.reduce(.zero, sum) }

    private func sum(_ left: Quantity, _ right: Quantity) -> Quantity {
        left.value.adding(right.value).map(Quantity.init) ?? .zero
    }

    private func snapshot(
        _ venue: Venue,
        bids: KeyValuePairs<String, String>,
        asks: KeyValuePairs<String, String>,
        at time: Int64 = 0
    ) throws {
        shelf.ingest([
            try market.book(.snapshot, on: venue, bids: bids, asks: asks, at: Samples.midnight.milliseconds + time)
        ])
    }

    private func page(depth: Int) throws -> String {
        String(decoding: try shelf.page(BookRequest(symbol: symbol, depth: depth)), as: UTF8.self)
    }
}
