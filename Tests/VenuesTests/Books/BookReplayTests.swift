import Markets
import NIOCore
import TestKit
import Testing
import Venues

@Suite("Recorded sessions, replayed", .enabled(if: SharedData.isPresent, Recordings.missing))
struct BookReplayTests {
    /// Messages applied after the picture, and books whose best prices the venue gave by itself as well.
    static let expected: [(changes: Int, bests: Int)] = [
        (3448, 564), (6545, 629), (252, 12), (188, 7), (132, 13), (180, 18),
    ]

    @Test(
        "Binance's sessions give the true book without one break",
        arguments: zip(BookSession.binanceFiles, expected)
    )
    func binance(
        session source: (file: String, symbol: String, rule: BookRule),
        expected: (changes: Int, bests: Int)
    ) throws {
        let (file, symbol, rule) = source
        let session = try BookSession.binance(file, symbol, rule)
        var sync = BookSync(try #require(Symbol(symbol)), rule: rule)
        var random = Highest()
        var plain = PlainBook()
        var tally = Tally()
        var now = 0.0
        // The recorder fetched one picture; those that widen the book later are what the venue would have answered.
        var isAsked = false
        var bests: [Int64: (bid: BookLevel, ask: BookLevel)] = [:]
        for line in session.lines {
            now += 0.01
            switch line {
            case .stream(let frame):
                let step = sync.receive(frame, at: .seconds(now), using: &random)
                tally.add(step)
                if step.update?.kind == .changes { plain.apply(frame) }
                if isAsked {
                    let picture = plain.picture(frame)
                    tally.add(sync.receive(picture: picture, at: .seconds(now), using: &random))
                }
                isAsked = step.request == .picture && sync.state == .live
            case .rest(let picture):
                let step = sync.receive(picture: picture, at: .seconds(now), using: &random)
                tally.add(step)
                // The plain book begins with what the rule made of the picture and the changes before it.
                if let update = step.update { plain = PlainBook(update) }
            case .best(let number, let bid, let ask): bests[number] = (bid, ask)
            }
            // The venue says by itself what is best in the book of some of the numbers.
            if let number = tally.sequence, let best = bests.removeValue(forKey: number), sync.state == .live {
                tally.bests += 1
                #expect(sync.book.bestBid == best.bid && sync.book.bestAsk == best.ask)
            }
            if tally.changes.isMultiple(of: 500) { expectTrue(sync.book, plain) }
        }
        #expect(tally.losses == 0 && tally.pictures >= 1)
        #expect(sync.state == .live)
        expectTrue(sync.book, plain)
        #expect(tally.changes == expected.changes && tally.bests == expected.bests)
    }

    @Test("OKX's session: every checksum is that of our book", arguments: OKXSession.instruments)
    func okx(instrument: String) throws {
        let session = try OKXSession.recorded(instrument)
        var sync = BookSync(try #require(Symbol("AUSDT")), rule: .okx)
        var random = Highest()
        var texts = LevelTexts()
        var matches = 0
        for message in session.messages {
            let step = sync.receive(message.frame, at: .seconds(0), using: &random)
            #expect(step.update?.kind != .lost && step.request == nil)
            texts.note(message)
            if texts.checksum(of: sync.book) == message.checksum { matches += 1 }
            #expect(sync.book.bids.count <= 400 && sync.book.asks.count <= 400)
        }
        #expect(matches == session.messages.count)
        #expect(session.messages.count == ["BTC-USDT": 98, "BTC-USD-220527": 99, "UNI-USD-SWAP": 93][instrument])
    }

    private func expectTrue(_ book: OrderBook, _ plain: PlainBook) {
        let (bids, asks) = (plain.sortedBids, plain.sortedAsks)
        #expect(book.bids == Array(bids.prefix(book.bids.count)))
        #expect(book.asks == Array(asks.prefix(book.asks.count)))
        #expect(book.bids.count >= min(bids.count, 20) && book.asks.count >= min(asks.count, 20))
    }
}

/// What a replay led to.
private struct Tally {
    var changes = 0
    var pictures = 0
    var losses = 0
    var bests = 0
    var sequence: Int64?

    mutating func add(_ step: BookSync.Step) {
        guard let update = step.update else { return }
        sequence = update.sequence
        switch update.kind {
        case .changes: changes += 1
        case .snapshot: pictures += 1
        case .lost: losses += 1
        }
    }
}

extension PlainBook {
    fileprivate init(_ update: BookUpdate) {
        self.init()
        apply(
            BookFrame(
                market: 0,
                symbol: update.symbol,
                kind: .snapshot,
                first: update.sequence,
                last: update.sequence,
                bids: update.bids,
                asks: update.asks
            )
        )
    }
}

extension PlainBook {
    /// The thousand best levels of each side after that message.
    fileprivate func picture(_ frame: BookFrame) -> BookFrame {
        var picture = frame
        picture.kind = .snapshot
        picture.first = frame.last
        picture.bids = Array(sortedBids.prefix(1000))
        picture.asks = Array(sortedAsks.prefix(1000))
        return picture
    }
}

/// How OKX wrote each level last: its checksum is over the texts.
private struct LevelTexts {
    private var bids: [Price: [String]] = [:]
    private var asks: [Price: [String]] = [:]

    mutating func note(_ message: OKXSession.Message) {
        for (level, texts) in zip(message.frame.bids, message.bids) { bids[level.price] = texts }
        for (level, texts) in zip(message.frame.asks, message.asks) { asks[level.price] = texts }
    }

    /// CRC-32 of the best 25 levels, `bid:quantity:ask:quantity:…`, as OKX documented it until June 2026.
    func checksum(of book: OrderBook) -> Int32 {
        let (bidLevels, askLevels) = book.top(25)
        var parts: [String] = []
        for place in 0..<25 {
            if place < bidLevels.count { parts += (bids[bidLevels[place].price] ?? []).prefix(2) }
            if place < askLevels.count { parts += (asks[askLevels[place].price] ?? []).prefix(2) }
        }
        return Int32(bitPattern: crc32(Array(parts.joined(separator: ":").utf8)))
    }

    private func crc32(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
