import Markets
import NIOCore
import Testing
import Venues

@Suite("Book synchronisation")
struct BookSyncTests {
    /// A book of one rule, and chance that always keeps the whole wait.
    struct Script {
        var sync: BookSync
        var random = Highest()

        init(_ rule: BookRule) throws { sync = BookSync(try #require(Symbol("AUSDT")), rule: rule) }

        mutating func take(_ frame: BookFrame, at seconds: Double = 0) -> BookSync.Step {
            sync.receive(frame, at: .seconds(seconds), using: &random)
        }

        mutating func take(picture: BookFrame, at seconds: Double = 0) -> BookSync.Step {
            sync.receive(picture: picture, at: .seconds(seconds), using: &random)
        }

        mutating func tick(at seconds: Double) -> BookSync.Step { sync.tick(at: .seconds(seconds), using: &random) }

        /// Live by a picture with the number 10.
        static func live(_ rule: BookRule) throws -> Script {
            var script = try Script(rule)
            switch rule {
            case .bybit, .okx: _ = script.take(try .picture(10))
            default:
                _ = script.take(try .changes(5, 5, previous: 4))
                _ = script.take(picture: try .picture(10))
            }
            #expect(script.sync.state == .live)
            return script
        }
    }

    /// What the next message does to a book with the number 10, in the venue's numbers.
    static let links: [(rule: BookRule, first: Int64, last: Int64, previous: Int64?, follows: Bool?)] = [
        (.binanceSpot, 11, 14, nil, true), (.binanceSpot, 11, 11, nil, true), (.binanceSpot, 9, 12, nil, true),
        (.binanceSpot, 12, 14, nil, false), (.binanceSpot, 8, 10, nil, nil),
        (.mexcSpot, 11, 14, nil, true), (.mexcSpot, 10, 14, nil, true), (.mexcSpot, 12, 12, nil, false),
        (.mexcSpot, 3, 10, nil, nil),
        (.mexcFutures, 11, 14, nil, true), (.mexcFutures, 11, 11, nil, true), (.mexcFutures, 12, 12, nil, false),
        (.mexcFutures, 10, 10, nil, nil),
        (.binanceUSDM, 8, 12, 7, true), (.binanceUSDM, 15, 17, 10, true), (.binanceUSDM, 15, 17, 12, false),
        (.binanceUSDM, 7, 9, 6, nil),
        (.bybit, 11, 11, nil, true), (.bybit, 12, 12, nil, false), (.bybit, 10, 10, nil, nil),
        (.okx, 14, 14, 10, true), (.okx, 10, 10, 10, true), (.okx, 3, 3, 10, true), (.okx, 14, 14, 12, false),
        (.okx, 9, 9, 8, false),
    ]

    @Test(
        "The first message after a picture follows, is old, or shows a gap by the venue's own numbers",
        arguments: links
    )
    func firstLink(rule: BookRule, first: Int64, last: Int64, previous: Int64?, follows: Bool?) throws {
        var script = try Script.live(rule)
        let frame = try BookFrame.changes(first, last, previous: previous, bid: "98")
        let step = script.take(frame)
        switch follows {
        case true?: #expect(step.update?.kind == .changes && step.update?.sequence == last)
        case nil: #expect(step == script.nothing)
        case false?:
            #expect(step.update?.kind == .lost)
            #expect(script.sync.state == .resyncing)
        }
    }

    /// The same once a message from 11 to 12 has been applied.
    static let laterLinks: [(rule: BookRule, first: Int64, last: Int64, previous: Int64?, follows: Bool?)] = [
        (.binanceSpot, 13, 15, nil, true), (.binanceSpot, 11, 15, nil, false), (.binanceSpot, 14, 15, nil, false),
        (.binanceSpot, 11, 12, nil, nil),
        (.mexcSpot, 13, 15, nil, true), (.mexcSpot, 12, 15, nil, false), (.mexcSpot, 11, 12, nil, nil),
        (.mexcFutures, 13, 13, nil, true), (.mexcFutures, 14, 14, nil, false),
        (.binanceUSDM, 15, 17, 12, true), (.binanceUSDM, 13, 17, 11, false), (.binanceUSDM, 11, 12, 10, nil),
        (.bybit, 13, 13, nil, true), (.bybit, 14, 14, nil, false), (.bybit, 12, 12, nil, nil),
        (.okx, 15, 15, 12, true), (.okx, 12, 12, 10, nil), (.okx, 12, 12, 12, true), (.okx, 2, 2, 12, true),
        (.okx, 13, 13, 11, false),
    ]

    @Test("A later message must follow exactly", arguments: laterLinks)
    func laterLink(rule: BookRule, first: Int64, last: Int64, previous: Int64?, follows: Bool?) throws {
        var script = try Script.live(rule)
        for number in rule == .bybit ? [11, 12] : [12 as Int64] {
            let first: Int64 = rule == .bybit ? number : 11
            _ = script.take(try .changes(first, number, previous: 10, bid: "98"))
        }
        #expect(script.sync.state == .live)
        let step = script.take(try .changes(first, last, previous: previous, bid: "98"))
        switch follows {
        case true?: #expect(step.update?.kind == .changes)
        case nil: #expect(step == script.nothing)
        case false?: #expect(step.update?.kind == .lost)
        }
    }

    @Test("A message without a change moves the number and tells nobody")
    func heartbeat() throws {
        var script = try Script.live(.okx)
        #expect(script.take(try .changes(10, 10, previous: 10)) == script.nothing)
        #expect(script.take(try .changes(11, 11, previous: 10, bid: "98")).update?.kind == .changes)
    }

    @Test("Changes that came before the picture are applied to it, and the whole is told at once")
    func buffered() throws {
        var script = try Script(.binanceSpot)
        #expect(script.sync.state == .stale)
        #expect(script.take(try .changes(5, 8, bid: "97")).request == .picture)
        #expect(script.sync.state == .resyncing)
        #expect(script.take(try .changes(9, 11, bid: "98")) == script.nothing)
        #expect(script.take(try .changes(12, 13, bid: "98.5")) == script.nothing)
        let step = script.take(picture: try .picture(10))
        #expect(step.update?.kind == .snapshot && step.update?.sequence == 13)
        #expect(step.update?.bids.map(\.price) == [try price("99"), try price("98.5"), try price("98")])
        #expect(script.sync.state == .live)
    }

    @Test("A picture older than the first change that was kept is asked for again, at once and then after waits")
    func tooOld() throws {
        var script = try Script(.binanceSpot)
        _ = script.take(try .changes(20, 21, bid: "98"))
        #expect(script.take(picture: try .picture(10)).request == .picture)
        #expect(script.take(picture: try .picture(12), at: 1) == script.nothing)
        #expect(script.tick(at: 1.9) == script.nothing)
        #expect(script.tick(at: 2).request == .picture)
        #expect(script.take(picture: try .picture(19), at: 3).update?.sequence == 21)
    }

    @Test("Too many changes while a picture is awaited: the oldest go, and a later picture fits")
    func overflow() throws {
        var script = try Script(.binanceSpot)
        for number in 1...1500 as ClosedRange<Int64> { _ = script.take(try .changes(number, number, bid: "98")) }
        #expect(script.take(picture: try .picture(400)).update == nil)
        #expect(script.take(picture: try .picture(900), at: 1).update?.sequence == 1500)
    }

    @Test("Pictures that fail are asked for after 1, 2, 4, 8, 16, 30 and 30 seconds")
    func failures() throws {
        var script = try Script.live(.binanceSpot)
        #expect(script.take(try .changes(50, 51, bid: "98")).request == .picture)
        var now = 0.0
        for wait in [1, 2, 4, 8, 16, 30, 30] as [Double] {
            _ = script.sync.pictureFailed(at: .seconds(now), using: &script.random)
            #expect(script.tick(at: now + wait - 0.01) == script.nothing)
            now += wait
            #expect(script.tick(at: now).request == .picture)
        }
    }

    @Test("A picture that never comes is asked for again")
    func never() throws {
        var script = try Script(.binanceSpot)
        _ = script.take(try .changes(5, 8, bid: "97"))
        #expect(script.tick(at: 19.9) == script.nothing)
        #expect(script.tick(at: 20) == script.nothing)
        #expect(script.tick(at: 20.5).request == .picture)
    }

    @Test("A crossed book is lost, however well its numbers follow", arguments: [BookRule.binanceSpot, .okx])
    func crossed(rule: BookRule) throws {
        var script = try Script.live(rule)
        let step = script.take(try .changes(11, 11, previous: 10, bid: "101"))
        #expect(step.update?.kind == .lost)
        #expect(step.request == (rule == .okx ? .resubscription : .picture))
        #expect(script.sync.book.bestBid == nil)
    }

    @Test("A picture on the stream starts the book over at any time")
    func streamPicture() throws {
        var script = try Script.live(.bybit)
        #expect(script.take(try .picture(4000)).update?.kind == .snapshot)
        var restarted = try BookFrame.changes(1, 1, bid: "98")
        #expect(script.take(restarted).update?.kind == .snapshot, "number 1 says that the venue began anew")
        restarted.last = 2
        #expect(script.take(restarted).update?.kind == .changes)
    }

    @Test("Bybit's numbers are not promised to be without gaps: after ten losses they are believed to have some")
    func bybitGaps() throws {
        var script = try Script.live(.bybit)
        var number: Int64 = 10
        for _ in 0..<10 {
            number += 5
            #expect(script.take(try .changes(number, number, bid: "98")).update?.kind == .lost)
            _ = script.take(try .picture(number))
        }
        number += 5
        #expect(script.take(try .changes(number, number, bid: "98")).update?.kind == .changes)
    }

    @Test("As long as Bybit's numbers follow each other between them, a gap is a gap, however many there were")
    func bybitRuns() throws {
        var script = try Script.live(.bybit)
        var number: Int64 = 10
        for _ in 0..<50 {
            for _ in 0..<10 {
                number += 1
                #expect(script.take(try .changes(number, number, bid: "98")).update?.kind == .changes)
            }
            number += 2
            #expect(script.take(try .changes(number, number, bid: "98")).update?.kind == .lost)
            _ = script.take(try .picture(number))
        }
    }

    @Test("Numbers that start over without a word are noticed")
    func restarts() throws {
        var script = try Script.live(.binanceSpot)
        for _ in 0..<100 { #expect(script.take(try .changes(1, 2, bid: "98")) == script.nothing) }
        #expect(script.take(try .changes(1, 2, bid: "98")).update?.kind == .lost)
    }

    @Test("Without its connection a book is stale, and begins anew with the first message")
    func interrupted() throws {
        var script = try Script.live(.binanceSpot)
        #expect(script.sync.interrupted().update?.kind == .lost)
        #expect(script.sync.state == .stale)
        #expect(script.sync.interrupted() == script.nothing)
        #expect(script.take(picture: try .picture(10)) == script.nothing, "an answer to a question of before")
        #expect(script.take(try .changes(11, 12, bid: "98")).request == .picture)
    }

    @Test("Levels past the worst one of a REST picture are left out of what is told")
    func range() throws {
        var script = try Script(.binanceSpot)
        _ = script.take(try .changes(10, 10))
        var picture = try BookFrame.picture(10)
        picture.isWhole = false
        picture.bids = try (1...60).map { BookLevel(price: try price("\($0 + 100)"), quantity: try quantity("1")) }
        picture.asks = try (1...60).map { BookLevel(price: try price("\($0 + 200)"), quantity: try quantity("1")) }
        _ = script.take(picture: picture)
        var frame = try BookFrame.changes(11, 11, bid: "90")
        frame.bids += [BookLevel(price: try price("101"), quantity: try quantity("3"))]
        let step = script.take(frame)
        #expect(step.update?.bids.map(\.price) == [try price("101")])
        #expect(step.request == .picture && script.sync.state == .live, "60 levels are few: it is served on meanwhile")
        (frame.first, frame.last) = (12, 12)
        frame.bids = try (101...112).map { BookLevel(price: try price("\($0)"), quantity: .zero) }
        #expect(script.take(frame).request == nil, "it is under way")
        (frame.first, frame.last) = (13, 13)
        #expect(script.take(frame).update?.kind == .changes)
        (picture.first, picture.last) = (12, 12)
        picture.bids += [BookLevel(price: try price("95"), quantity: try quantity("7"))]
        let wider = script.take(picture: picture)
        #expect(wider.update?.kind == .snapshot && wider.update?.sequence == 13)
        #expect(wider.update?.bids.last?.price == (try price("95")))
    }

    @Test("A side of which nothing known is left is no book any more")
    func exhausted() throws {
        var script = try Script(.binanceSpot)
        _ = script.take(try .changes(10, 10))
        var picture = try BookFrame.picture(10)
        picture.isWhole = false
        _ = script.take(picture: picture)
        #expect(script.sync.state == .live)
        var frame = try BookFrame.changes(11, 11, bid: "99")
        frame.bids[0].quantity = .zero
        #expect(script.take(frame).update?.kind == .lost)
    }
}

extension BookSyncTests.Script {
    var nothing: BookSync.Step { BookSync.Step() }
}

private func price(_ text: String) throws -> Price { try #require(Price(text)) }
private func quantity(_ text: String) throws -> Quantity { try #require(Quantity(text)) }

extension BookFrame {
    /// Bid 99, ask 101.
    static func picture(_ number: Int64) throws -> BookFrame {
        BookFrame(
            market: 0,
            symbol: try #require(Symbol("AUSDT")),
            kind: .snapshot,
            first: number,
            last: number,
            bids: [BookLevel(price: try price("99"), quantity: try quantity("1"))],
            asks: [BookLevel(price: try price("101"), quantity: try quantity("1"))],
            isWhole: true
        )
    }

    static func changes(
        _ first: Int64,
        _ last: Int64,
        previous: Int64? = nil,
        bid: String? = nil
    ) throws -> BookFrame {
        BookFrame(
            market: 0,
            symbol: try #require(Symbol("AUSDT")),
            kind: .changes,
            first: first,
            last: last,
            previous: previous,
            bids: try bid.map { [BookLevel(price: try price($0), quantity: try quantity("1"))] } ?? [],
            asks: []
        )
    }
}
