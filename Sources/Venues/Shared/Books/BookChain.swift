/// Whether one message about a book continues the one before it, by the venue's numbers.
struct BookChain: Sendable {
    enum Link: Hashable, Sendable {
        /// The next one; it is taken note of.
        case follows
        /// Seen already, or covered by the picture.
        case old
        /// Something between was missed.
        case broken
    }

    /// So many old messages in a row, and the numbers have started over without a word.
    private static let mostOld = 100
    /// Bybit's numbers follow each other as far as anybody has seen, but are not promised to; after so many gaps, none
    /// of them behind a run of numbers that did, we believe that they need not.
    private static let mostBybitGaps = 10
    /// So many in a row are no chance: they do follow each other, and a gap is one.
    private static let provingRun = 10

    private let rule: BookRule
    /// The number of the book.
    private(set) var last: Int64 = 0
    private var previous: Int64?
    /// Whether the next message is the first since the picture.
    private var isFirst = true
    private var old = 0
    private var gaps = 0
    private var run = 0

    init(_ rule: BookRule) { self.rule = rule }

    /// Whether the message starts the book over by itself.
    func isPicture(_ frame: BookFrame) -> Bool {
        frame.kind == .snapshot || (rule == .bybit && frame.last == 1)
    }

    mutating func begin(_ picture: BookFrame) {
        last = picture.last
        previous = nil
        isFirst = true
        old = 0
    }

    /// Whether something between the message before it and this one is missing.
    func isGap(before frame: BookFrame) -> Bool { judge(frame) == .broken }

    mutating func link(_ frame: BookFrame) -> Link {
        let link = judge(frame)
        switch link {
        case .follows:
            last = frame.last
            previous = frame.previous
            isFirst = false
            old = 0
            noteRun()
        case .old:
            old += 1
            if old > Self.mostOld { return .broken }
        case .broken:
            gaps += 1
            run = 0
        }
        return link
    }

    private mutating func noteRun() {
        run += 1
        guard run == Self.provingRun, gaps < Self.mostBybitGaps else { return }
        gaps = 0
    }

    private func judge(_ frame: BookFrame) -> Link {
        switch rule {
        case .binanceSpot, .mexcSpot, .mexcFutures:
            if frame.last <= last { return .old }
            // The first may begin before the picture: its quantities are absolute.
            return frame.first == last + 1 || (isFirst && frame.first <= last) ? .follows : .broken
        case .binanceUSDM:
            if frame.last < last || (frame.last == last && !isFirst) { return .old }
            // Numbers are shared by all markets, so that the next one of this market is anywhere above.
            guard isFirst else { return frame.previous == last ? .follows : .broken }
            return frame.first <= last || (frame.previous ?? .max) <= last ? .follows : .broken
        case .bybit:
            if frame.last <= last { return .old }
            return frame.last == last + 1 || gaps >= Self.mostBybitGaps ? .follows : .broken
        case .okx:
            if frame.previous == last { return .follows }
            return frame.last == last && frame.previous == previous ? .old : .broken
        }
    }
}

extension BookRule {
    /// Whether a book begins with an answer over REST; otherwise it begins with the stream's first message.
    var picturesComeOverREST: Bool {
        switch self {
        case .binanceSpot, .binanceUSDM, .mexcSpot, .mexcFutures: true
        case .bybit, .okx: false
        }
    }
}
