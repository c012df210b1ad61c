import Markets
import TestKit
import Testing

@Suite("The order book")
struct OrderBookTests {
    @Test("A snapshot is shown best first, without empty levels, whatever order it came in")
    func snapshot() throws {
        var book = OrderBook(depth: 10)
        book.replace(
            bids: try levels(["98": "3", "99": "1", "97": "0"]),
            asks: try levels(["102": "4", "101": "2"])
        )
        #expect(try text(book.bids) == ["99×1", "98×3"])
        #expect(try text(book.asks) == ["101×2", "102×4"])
        #expect(book.bestBid?.price == Price("99"))
        #expect(book.bestAsk?.price == Price("101"))
    }

    @Test("A change sets the quantity at its price, zero takes the level away, and neither touches another price")
    func changes() throws {
        var book = OrderBook(depth: 10)
        book.replace(bids: try levels(["99": "1", "98": "3"]), asks: try levels(["101": "2", "102": "4"]))
        book.apply(
            bids: try levels(["98.5": "7", "99": "0", "50": "0"]),
            asks: try levels(["101": "2.5", "100.5": "1", "200": "0"])
        )
        #expect(try text(book.bids) == ["98.5×7", "98×3"])
        #expect(try text(book.asks) == ["100.5×1", "101×2.5", "102×4"])
        book.replace(bids: [], asks: [])
        #expect(book.bids.isEmpty && book.asks.isEmpty)
    }

    @Test(
        "A book is crossed when the best bid reaches the best ask",
        arguments: [("99", "100", false), ("100", "100", true), ("101", "100", true)]
    )
    func crossed(bid: String, ask: String, isCrossed: Bool) throws {
        var book = OrderBook(depth: 5)
        book.replace(bids: try levels([bid: "1"]), asks: [])
        #expect(!book.isCrossed)
        book.apply(bids: [], asks: try levels([ask: "1"]))
        #expect(book.isCrossed == isCrossed)
    }

    @Test("Behind the levels that were cut off nothing is known, so changes there are not taken")
    func horizon() throws {
        var book = OrderBook(depth: 4)
        book.replace(bids: try (1...6).map { try level("\($0)", "1") }, asks: [])
        #expect(try text(book.bids) == ["6×1", "5×1", "4×1", "3×1"])
        book.apply(bids: try levels(["6": "0", "5": "0", "2": "9", "1.5": "9", "3.5": "2"]), asks: [])
        #expect(try text(book.bids) == ["4×1", "3.5×2", "3×1"])
        #expect(!book.isThin)
        book.apply(bids: try levels(["4": "0", "3.5": "0"]), asks: [])
        #expect(book.isThin)
        book.replace(bids: try levels(["2": "9"]), asks: [])
        #expect(try text(book.bids) == ["2×9"])
        #expect(!book.isThin)
    }

    @Test("A bounded book is the top of the unbounded one, over random changes", arguments: [7, 23, 101] as [UInt64])
    func property(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let depth = 40
        var book = OrderBook(depth: depth)
        var truth = Truth()
        for round in 0..<1_200 {
            if round.isMultiple(of: 300) {
                truth = try Truth.random(&random)
                book.replace(bids: truth.bids, asks: truth.asks)
            }
            let changes = try (0..<Int.random(in: 0..<24, using: &random)).map { _ in
                try level(
                    "\(Int.random(in: 1..<400, using: &random))",
                    Bool.random(using: &random) ? "0" : "\(Int.random(in: 1..<99, using: &random))"
                )
            }
            var (bids, asks) = (changes.filter { $0.price < Truth.middle }, changes.filter { $0.price > Truth.middle })
            // As venues send them, or in any order.
            if Bool.random(using: &random) {
                let last = { (levels: [BookLevel]) in Dictionary(levels.map { ($0.price, $0) }) { $1 }.values }
                bids = last(bids).sorted { $0.price > $1.price }
                asks = last(asks).sorted { $0.price < $1.price }
            }
            truth.apply(bids: bids, asks: asks)
            book.apply(bids: bids, asks: asks)
            #expect(book.bids == Array(truth.bids.prefix(book.bids.count)))
            #expect(book.asks == Array(truth.asks.prefix(book.asks.count)))
            #expect(book.bids.count <= depth && book.asks.count <= depth)
            #expect(book.isThin || book.bids.count >= min(truth.bids.count, depth / 2))
        }
    }

    private func levels(_ quantities: KeyValuePairs<String, String>) throws -> [BookLevel] {
        try quantities.map { try level($0.key, $0.value) }
    }

    private func text(_ levels: [BookLevel]) throws -> [String] { levels.map { "\($0.price)×\($0.quantity)" } }
}

/// A book without bounds, kept the slow and obvious way.
private struct Truth {
    static let middle = Price(FixedPoint(units: 200 * FixedPoint.one) ?? .zero)
    private var quantities: [Price: Quantity] = [:]

    static func random(_ random: inout SeededGenerator) throws -> Truth {
        var truth = Truth()
        for _ in 0..<250 {
            let one = try level("\(Int.random(in: 1..<400, using: &random))", "5")
            if one.price != middle { truth.quantities[one.price] = one.quantity }
        }
        return truth
    }

    mutating func apply(bids: [BookLevel], asks: [BookLevel]) {
        for change in bids + asks { quantities[change.price] = change.quantity.value.isZero ? nil : change.quantity }
    }

    var bids: [BookLevel] { side { $0 < Self.middle }.sorted { $0.price > $1.price } }
    var asks: [BookLevel] { side { $0 > Self.middle }.sorted { $0.price < $1.price } }

    private func side(_ isOf: (Price) -> Bool) -> [BookLevel] {
        quantities.filter { isOf($0.key) }.map { BookLevel(price: $0.key, quantity: $0.value) }
    }
}

private func level(_ price: String, _ quantity: String) throws -> BookLevel {
    BookLevel(price: try #require(Price(price)), quantity: try #require(Quantity(quantity)))
}
