import Markets
import NIOCore

/// The books of one dialect, found by the place of their market in its table; touched on the event loop only.
final class BookDesk {
    /// A market whose book is kept.
    struct Entry {
        let market: Market
        let instrument: Instrument
        let section: Int
        /// The name of the stream that brings it.
        let stream: String
    }

    private let rule: BookRule
    private var books: [BookSync?] = []
    private var entries: [Int: Entry] = [:]
    private var random = SystemRandomNumberGenerator()
    /// Of books that are not followed any more.
    private var repeatedBefore = 0

    init(rule: BookRule) { self.rule = rule }

    func entry(market: Int) -> Entry? { entries[market] }

    /// Keeps these books and no others; returns what comes of those that are given up.
    func follow(_ wanted: [Entry]) -> [(market: Int, step: BookSync.Step)] {
        let chosen = Dictionary(wanted.map { ($0.market.index, $0) }) { first, _ in first }
        let given = entries.keys.filter { chosen[$0] == nil }
        let steps = given.compactMap { market in books[market]?.interrupted().asked(of: market) }
        for market in given {
            repeatedBefore += books[market]?.repeated ?? 0
            books[market] = nil
        }
        entries = chosen
        for (index, entry) in chosen {
            while books.count <= index { books.append(nil) }
            if books[index] == nil { books[index] = BookSync(entry.market.symbol, rule: rule) }
        }
        return steps
    }

    /// ``BookSync/repeated`` over all books.
    var repeated: Int { books.reduce(repeatedBefore) { $0 + ($1?.repeated ?? 0) } }

    /// Whether the message would end a live book, since something before it has not come.
    func isAhead(_ frame: BookFrame) -> Bool {
        frame.market < books.count && books[frame.market]?.isAhead(frame) == true
    }

    /// The live books among those of the symbols, by their market's place.
    func live(of symbols: [Symbol]) -> Set<Int> {
        let asked = Set(symbols)
        let markets = entries.values.lazy.map(\.market).filter { asked.contains($0.symbol) }.map(\.index)
        return Set(markets.filter { self.books[$0]?.state == .live })
    }

    /// Takes a message about a book; nil when the book is not kept.
    func receive(_ frame: BookFrame) -> BookSync.Step? {
        guard frame.market < books.count else { return nil }
        return books[frame.market]?.receive(frame, at: .now(), using: &random)
    }

    /// Takes the answer to a request for a picture; nil when there was none.
    func take(picture: BookFrame?, market: Int) -> BookSync.Step? {
        guard market < books.count else { return nil }
        guard let picture else { return books[market]?.pictureFailed(at: .now(), using: &random) }
        return books[market]?.receive(picture: picture, at: .now(), using: &random)
    }

    /// The connection that carried a market's book is gone.
    func interrupted(_ symbols: [Symbol], except kept: Set<Int> = []) -> [(market: Int, step: BookSync.Step)] {
        let gone = Set(symbols)
        let markets = entries.values.lazy.filter { gone.contains($0.market.symbol) }.map(\.market.index)
        return interrupted(markets: Set(markets).subtracting(kept))
    }

    /// The same, of markets by their place.
    func interrupted(markets: Set<Int>) -> [(market: Int, step: BookSync.Step)] {
        markets.compactMap { books[$0]?.interrupted().asked(of: $0) }
    }

    /// Lets every book look at the time.
    func everySecond() -> [(market: Int, step: BookSync.Step)] {
        let now = NIODeadline.now()
        return entries.keys.compactMap { books[$0]?.tick(at: now, using: &random).asked(of: $0) }
    }
}

extension BookSync.Step {
    /// The step with its market; nil when there is nothing to do.
    fileprivate func asked(of market: Int) -> (market: Int, step: BookSync.Step)? {
        update == nil && request == nil ? nil : (market, self)
    }
}
