import Markets
import NIOCore
import TestKit
import Testing
import Venues

@Suite(
    "Recorded sessions with lines dropped, repeated and swapped",
    .enabled(if: SharedData.isPresent, Recordings.missing)
)
struct BookFaultTests {
    static let seeds = 1000

    @Test("Binance: the served book is the true one or is marked", arguments: BookSession.binanceFiles.prefix(3))
    func binance(file: String, symbol: String, rule: BookRule) async throws {
        // The second file has fifteen lines for each book message.
        let session = try BookSession.binance(file, symbol, rule, lines: 2200)
        let truth = try Truth(session)
        try await run(truth, rule: rule)
    }

    @Test("OKX: the served book is the true one or is marked", arguments: OKXSession.instruments)
    func okx(instrument: String) async throws {
        let frames = try OKXSession.recorded(instrument).messages.map(\.frame)
        try await run(Truth(frames), rule: .okx)
    }

    private func run(_ truth: Truth, rule: BookRule) async throws {
        var losses = 0
        var lives = 0
        var wrong = 0
        for seed in 0..<UInt64(Self.seeds) {
            await Task.yield()
            var run = FaultRun(truth, rule: rule, seed: seed)
            run.play()
            losses += run.losses
            lives += run.lives
            wrong += run.wrong
        }
        #expect(wrong == 0)
        #expect(losses > Self.seeds / 4, "faults were noticed")
        #expect(lives > Self.seeds * truth.frames.count / 2, "the book is served most of the time")
    }
}

/// The book after each message of a session.
private struct Truth {
    /// At most this many messages: a thousand seeds take seconds then.
    static let length = 120

    let frames: [BookFrame]
    /// The book before the first message, then after each.
    private let books: [(bids: [BookLevel], asks: [BookLevel])]
    private let places: [Int64: Int]
    /// The number of the book before the first message.
    private let start: Int64

    /// From the first message after the session's REST picture on.
    init(_ session: BookSession) throws {
        var picture: BookFrame?
        for case .rest(let frame) in session.lines { picture = frame }
        let start = try #require(picture)
        let later = session.frames.filter { $0.last > start.last }
        self.init([start] + later)
    }

    /// From the first of these on, which is a whole book.
    init(_ all: [BookFrame]) {
        var plain = PlainBook()
        plain.apply(all[0])
        var books = [(plain.sortedBids, plain.sortedAsks)]
        var places = [all[0].last: 0]
        frames = Array(all.dropFirst().prefix(Self.length))
        start = all[0].last
        for (index, frame) in frames.enumerated() {
            plain.apply(frame)
            books.append((plain.sortedBids, plain.sortedAsks))
            places[frame.last] = index + 1
        }
        self.books = books
        self.places = places
    }

    /// What the venue answers, or sends first, when so many messages have happened.
    func picture(after count: Int) -> BookFrame {
        let number = count == 0 ? start : frames[count - 1].last
        return BookFrame(
            market: 0,
            symbol: frames[0].symbol,
            kind: .snapshot,
            first: number,
            last: number,
            bids: Array(books[count].bids.prefix(1000)),
            asks: Array(books[count].asks.prefix(1000))
        )
    }

    /// Whether those are the best levels of the book with that number, as many as they are.
    func holds(_ book: OrderBook, number: Int64, levels: Int) -> Bool {
        guard let place = places[number] else { return false }
        let (bids, asks) = book.top(levels)
        return !bids.isEmpty && !asks.isEmpty && bids.elementsEqual(books[place].bids.prefix(bids.count))
            && asks.elementsEqual(books[place].asks.prefix(asks.count))
    }
}

/// One replay with one percent of each fault.
private struct FaultRun {
    private let truth: Truth
    private var sync: BookSync
    private var random: SeededGenerator
    private var now = NIODeadline.uptimeNanoseconds(0)
    private var sequence: Int64 = 0
    /// The picture under way, and after how many more messages it arrives.
    private var awaited: (picture: BookFrame, messages: Int)?
    /// Messages that have happened on the venue.
    private var happened = 0
    private let picturesOnStream: Bool
    private(set) var losses = 0
    private(set) var lives = 0
    private(set) var wrong = 0

    init(_ truth: Truth, rule: BookRule, seed: UInt64) {
        self.truth = truth
        sync = BookSync(truth.frames[0].symbol, rule: rule)
        random = SeededGenerator(seed: seed)
        picturesOnStream = rule == .okx
    }

    mutating func play() {
        if picturesOnStream { take(sync.receive(truth.picture(after: 0), at: now, using: &random)) }
        for (frame, happened) in faulty() {
            self.happened = max(self.happened, happened)
            now = now + .milliseconds(200)
            arrive()
            take(sync.receive(frame, at: now, using: &random))
            take(sync.tick(at: now, using: &random))
            check(levels: 20)
        }
        check(levels: .max)
    }

    /// The messages as they arrive, each with how many have happened by then.
    private mutating func faulty() -> [(frame: BookFrame, happened: Int)] {
        var arriving: [(frame: BookFrame, happened: Int)] = []
        for (index, frame) in truth.frames.enumerated() {
            switch Int.random(in: 0..<300, using: &random) {
            case 0: continue
            case 1: arriving += [(frame, index + 1), (frame, index + 1)]
            case 2: arriving.insert((frame, index + 1), at: max(0, arriving.count - 1))
            default: arriving.append((frame, index + 1))
            }
        }
        return arriving
    }

    private mutating func arrive() {
        guard let awaited else { return }
        guard awaited.messages == 0 else {
            self.awaited?.messages -= 1
            return
        }
        self.awaited = nil
        let step =
            picturesOnStream
            ? sync.receive(awaited.picture, at: now, using: &random)
            : sync.receive(picture: awaited.picture, at: now, using: &random)
        take(step)
    }

    private mutating func take(_ step: BookSync.Step) {
        if let update = step.update {
            sequence = update.sequence
            if update.kind == .lost { losses += 1 }
        }
        if step.request != nil {
            awaited = (truth.picture(after: happened), Int.random(in: 0...3, using: &random))
        }
    }

    private mutating func check(levels: Int) {
        guard sync.state == .live else { return }
        lives += 1
        if !truth.holds(sync.book, number: sequence, levels: levels) { wrong += 1 }
    }
}
