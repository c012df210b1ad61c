import Foundation
import MarketFeed
import Markets
import Testing

@Suite("The shelf of books")
struct BookShelfTests {
    let clock = ManualWallClock()
    let market = BookMarket()
    let shelf: BookShelf

    init() throws {
        market.board.list([try Samples.instrument("BTCUSDT", base: "BTC", quote: "USDT")], on: .binance)
        shelf = BookShelf(board: market.board, now: clock.now)
    }

    @Test("One venue's book is shown in the shape of the contract, to the byte")
    func shape() throws {
        shelf.ingest([try book(.snapshot, bids: ["99": "1.50", "98": "2"], asks: ["100": "3"], sequence: 7)])
        let page = try shelf.page(BookRequest(symbol: try Samples.symbol(), venue: .binance, depth: 1))
        #expect(
            String(decoding: page, as: UTF8.self) == """
                {"symbol":"BTCUSDT","exchange":"binance","bids":[["99","1.5"]],"asks":[["100","3"]],"sequence":7,\
                "ts":1723161600000,"state":"live"}
                """
        )
    }

    @Test("Changes are shown once the snapshot is there, and a lost message hides the book until the next")
    func states() throws {
        shelf.ingest([try book(.changes, bids: ["99": "1"], asks: [:], sequence: 1)])
        #expect(try view().state == .resyncing)
        #expect(try view().bids.isEmpty)
        shelf.ingest([
            try book(.snapshot, bids: ["99": "1"], asks: ["100": "1"], sequence: 2),
            try book(.changes, bids: ["99.5": "4"], asks: ["100": "0", "101": "2"], sequence: 3),
        ])
        #expect(try view().state == .live)
        #expect(try view().bids.map(\.price.description) == ["99.5", "99"])
        #expect(try view().asks.map(\.price.description) == ["101"])
        shelf.ingest([try book(.lost, bids: [:], asks: [:], sequence: 0)])
        #expect(try view().state == .resyncing)
        #expect(try view().bids.isEmpty && view().asks.isEmpty)
        shelf.ingest([try book(.changes, bids: ["98": "1"], asks: [:], sequence: 9)])
        #expect(try view().bids.isEmpty)
        shelf.ingest([try book(.snapshot, bids: ["97": "1"], asks: [:], sequence: 10)])
        #expect(try view().state == .live)
        #expect(shelf.counters(of: .binance).resyncs == 1)
        #expect(shelf.counters(of: .binance).premature == 2)
    }

    @Test("A book that crosses itself or holds nonsense is hidden until the next snapshot")
    func wrong() throws {
        let snapshot = try book(.snapshot, bids: ["99": "1"], asks: ["100": "1"], sequence: 1)
        let wrong = [
            try book(.changes, bids: ["100": "1"], asks: [:], sequence: 2),
            try book(.changes, bids: ["-1": "1"], asks: [:], sequence: 2),
            try book(.changes, bids: [:], asks: ["101": "-1"], sequence: 2),
            try book(.snapshot, bids: ["101": "1"], asks: ["100": "1"], sequence: 2),
        ]
        for event in wrong {
            shelf.ingest([snapshot])
            #expect(try view().state == .live)
            shelf.ingest([event, try book(.changes, bids: ["98": "1"], asks: [:], sequence: 3)])
            #expect(try view().state == .resyncing)
            #expect(try view().bids.isEmpty && view().asks.isEmpty)
        }
        #expect(shelf.counters(of: .binance).resyncs == 4)
        #expect(shelf.counters(of: .binance).crossed == 2)
        #expect(shelf.counters(of: .binance).absurd == 2)
    }

    @Test("A silent venue's book is stale, and live again with the venue's next word on whatever spot market")
    func silence() throws {
        shelf.ingest([try book(.snapshot, bids: ["99": "1"], asks: ["100": "1"], sequence: 1)])
        clock.advance(milliseconds: 1_750)
        #expect(try view().state == .live)
        clock.advance(milliseconds: 1)
        #expect(try view().state == .stale)
        #expect(try view().bids.count == 1)
        let now = clock.now().milliseconds
        shelf.ingest([try Samples.ticker("ETHUSDT-PERP", last: "5", at: now)])
        #expect(try view().state == .stale)
        shelf.ingest([try Samples.ticker("ETHUSDT", last: "5", at: now)])
        #expect(try view().state == .live)
        clock.set(Samples.midnight.adding(milliseconds: 300_001))
        shelf.ingest([try Samples.ticker("ETHUSDT", last: "5", at: clock.now().milliseconds)])
        #expect(try view().state == .stale)
        #expect(shelf.tally(of: .binance) == [.stale: 1])
    }

    @Test("Books beyond the bound are refused and counted, and a delisted market gives its place back")
    func bounded() throws {
        var limits = BookLimits()
        limits.booksPerVenue = 1
        let shelf = BookShelf(board: market.board, limits: limits, now: clock.now)
        let other = try Samples.symbol("ETHUSDT")
        let snapshot = try book(.snapshot, bids: ["99": "1"], asks: [:], sequence: 1)
        let second = try book(.snapshot, of: "ETHUSDT", bids: ["9": "1"], asks: [:], sequence: 1)
        shelf.ingest([snapshot, second])
        #expect(shelf.view(of: other, on: .binance, depth: 1) == nil)
        #expect(shelf.counters(of: .binance).beyondBound == 1)
        market.board.list([try Samples.instrument("ETHUSDT", base: "ETH", quote: "USDT")], on: .binance)
        shelf.tidy()
        shelf.ingest([second])
        #expect(shelf.view(of: other, on: .binance, depth: 1)?.bids.count == 1)
        #expect(shelf.view(of: try Samples.symbol(), on: .binance, depth: 1) == nil)
    }

    @Test("Unknown symbols and venues without the symbol are told apart; a book that nobody has sent is resyncing")
    func unknown() throws {
        let symbol = try Samples.symbol()
        let stranger = try Samples.symbol("XXXUSDT")
        #expect(throws: MarketFeedError.symbolUnknown("XXXUSDT")) { try shelf.page(BookRequest(symbol: stranger)) }
        #expect(throws: MarketFeedError.symbolNotOnVenue(symbol, .okx)) {
            try shelf.page(BookRequest(symbol: symbol, venue: .okx))
        }
        let page = String(decoding: try shelf.page(BookRequest(symbol: symbol)), as: UTF8.self)
        #expect(
            page == """
                {"symbol":"BTCUSDT","exchange":"aggregated","bids":[],"asks":[],"sequence":null,"ts":null,\
                "state":"resyncing","crossed":{"bids":[],"asks":[]},"exchanges":[]}
                """
        )
    }

    @Test("A page is served again for a tenth of a second, then built anew")
    func held() throws {
        let request = BookRequest(symbol: try Samples.symbol(), venue: .binance)
        shelf.ingest([try book(.snapshot, bids: ["99": "1"], asks: [:], sequence: 1)])
        let first = try shelf.page(request)
        shelf.ingest([try book(.changes, bids: ["99": "2"], asks: [:], sequence: 2)])
        clock.advance(milliseconds: 99)
        #expect(try shelf.page(request) == first)
        clock.advance(milliseconds: 1)
        #expect(try shelf.page(request) != first)
    }

    private func view() throws -> VenueBookView {
        try #require(shelf.view(of: try Samples.symbol(), on: .binance, depth: 100))
    }

    private func book(
        _ kind: BookUpdate.Kind,
        of symbol: String = "BTCUSDT",
        bids: KeyValuePairs<String, String>,
        asks: KeyValuePairs<String, String>,
        sequence: Int64
    ) throws -> MarketEvent {
        try market.book(kind, of: symbol, bids: bids, asks: asks, sequence: sequence, at: clock.now().milliseconds)
    }
}
