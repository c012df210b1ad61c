package import Markets
package import NIOCore

/// Whether a book that a venue serves is to be believed.
package enum BookState: String, Hashable, Sendable {
    /// Every change since its picture has been applied.
    case live
    /// A message was missed, or none came yet: its picture is being fetched.
    case resyncing
    /// Nothing of it can come: there is no connection.
    case stale
}

/// Puts one market's book together by its venue's rule, and notices when that cannot be done; does no I/O.
///
/// A picture (snapshot) begins a book and changes continue it. Where pictures come over REST, changes are kept while one
/// is fetched: at most ``maximumBuffered`` of them, the oldest half thrown away past that, which at worst costs another
/// picture. A book with a gap, a crossed one, and one of which too little is left within the known range are told as
/// lost at once, and begin anew, each attempt after twice the wait of the one before.
package struct BookSync: Sendable {
    package enum Request: Hashable, Sendable {
        /// Ask for the whole book over REST; the answer goes to ``receive(picture:at:using:)`` or ``pictureFailed(at:using:)``.
        case picture
        /// Leave the book's stream and take it again.
        case resubscription
    }

    /// What one input led to.
    package struct Step: Hashable, Sendable {
        package var update: BookUpdate?
        package var request: Request?

        static let nothing = Step()
    }

    package static let maximumBuffered = 1000
    /// A picture that has not come within this time is asked for again.
    package static let pictureDeadline: TimeAmount = .seconds(20)
    /// A book that lives so long forgets its failures.
    package static let steadyAfter: TimeAmount = .seconds(60)

    private enum Phase: Sendable {
        case stale
        /// Nothing is asked for before that time.
        case waiting(until: NIODeadline)
        /// Asked for, given up at that time.
        case fetching(until: NIODeadline)
        case live(since: NIODeadline)
    }

    private let symbol: Symbol
    private let rule: BookRule
    private var phase = Phase.stale
    private var chain: BookChain
    private var buffered: [BookFrame] = []
    private var failures = 0
    /// The book as it is served; empty unless ``state`` is live.
    package private(set) var book: OrderBook

    package init(_ symbol: Symbol, rule: BookRule, depth: Int = OrderBook.standardDepth) {
        self.symbol = symbol
        self.rule = rule
        chain = BookChain(rule)
        book = OrderBook(depth: depth)
    }

    package var state: BookState {
        switch phase {
        case .stale: .stale
        case .waiting, .fetching: .resyncing
        case .live: .live
        }
    }

    /// Takes a message of the book's stream.
    package mutating func receive(
        _ frame: BookFrame,
        at now: NIODeadline,
        using random: inout some RandomNumberGenerator
    ) -> Step {
        if chain.isPicture(frame) { return begin(with: frame, at: now, using: &random) }
        guard case .live = phase else { return keep(frame, at: now) }
        switch chain.link(frame) {
        case .follows: return apply(frame, at: now, using: &random)
        case .old: return .nothing
        case .broken:
            buffered = [frame]
            return lose(at: now, using: &random)
        }
    }

    /// Takes the answer to ``Request/picture``.
    package mutating func receive(
        picture: BookFrame,
        at now: NIODeadline,
        using random: inout some RandomNumberGenerator
    ) -> Step {
        guard case .fetching = phase else { return .nothing }
        return begin(with: picture, at: now, using: &random)
    }

    package mutating func pictureFailed(at now: NIODeadline, using random: inout some RandomNumberGenerator) -> Step {
        guard case .fetching = phase else { return .nothing }
        wait(at: now, using: &random)
        return .nothing
    }

    /// Looks at the time; about once a second is enough.
    package mutating func tick(at now: NIODeadline, using random: inout some RandomNumberGenerator) -> Step {
        switch phase {
        case .waiting(let until) where now >= until:
            return ask(at: now)
        case .fetching(let until) where now >= until:
            wait(at: now, using: &random)
            return .nothing
        case .live(let since) where failures > 0 && now >= since + Self.steadyAfter:
            failures = 0
            return .nothing
        default: return .nothing
        }
    }

    /// The connection that carried the book is gone, or the book is not wanted any more.
    package mutating func interrupted() -> Step {
        let wasLive = state == .live
        phase = .stale
        buffered.removeAll()
        let lost = lost()
        return wasLive ? Step(update: lost) : .nothing
    }

    /// Keeps a change that has no book to go to, and asks for one.
    private mutating func keep(_ frame: BookFrame, at now: NIODeadline) -> Step {
        if rule.picturesComeOverREST {
            if buffered.count >= Self.maximumBuffered { buffered.removeFirst(Self.maximumBuffered / 2) }
            buffered.append(frame)
        }
        guard case .stale = phase else { return .nothing }
        return ask(at: now)
    }

    private mutating func ask(at now: NIODeadline) -> Step {
        phase = .fetching(until: now + Self.pictureDeadline)
        return Step(request: rule.picturesComeOverREST ? .picture : .resubscription)
    }

    /// Begins the book with a picture and the changes kept since.
    private mutating func begin(
        with picture: BookFrame,
        at now: NIODeadline,
        using random: inout some RandomNumberGenerator
    ) -> Step {
        let wasLive = state == .live
        chain.begin(picture)
        // A picture on a stream shows the depth that the stream keeps us told of.
        let isWhole = !rule.picturesComeOverREST || picture.isWhole
        book.replace(bids: picture.bids, asks: picture.asks, isWhole: isWhole)
        var rest = buffered[...]
        while let frame = rest.first {
            switch chain.link(frame) {
            case .old: break
            case .follows: book.apply(bids: frame.bids, asks: frame.asks)
            case .broken:
                // Older than what was kept: the next picture will fit. Or a gap within: what is past it may fit.
                buffered = Array(rest)
                return lose(wasLive: wasLive, at: now, using: &random)
            }
            rest = rest.dropFirst()
        }
        buffered.removeAll(keepingCapacity: true)
        guard isSound, book.bestBid != nil || book.bestAsk != nil else {
            return lose(wasLive: wasLive, at: now, using: &random)
        }
        phase = .live(since: now)
        // Nothing is known here that is not told.
        let (bids, asks) = (book.bids, book.asks)
        book.replace(bids: bids, asks: asks, isWhole: isWhole && max(bids.count, asks.count) < book.depth)
        return Step(update: update(.snapshot, bids: bids, asks: asks))
    }

    private mutating func apply(
        _ frame: BookFrame,
        at now: NIODeadline,
        using random: inout some RandomNumberGenerator
    ) -> Step {
        let allKnown = book.apply(bids: frame.bids, asks: frame.asks)
        guard isSound else { return lose(at: now, using: &random) }
        if frame.bids.isEmpty && frame.asks.isEmpty { return .nothing }
        guard !allKnown else { return Step(update: update(.changes, bids: frame.bids, asks: frame.asks)) }
        let bids = frame.bids.filter { book.knows(bid: $0.price) }
        let asks = frame.asks.filter { book.knows(ask: $0.price) }
        return Step(update: update(.changes, bids: bids, asks: asks))
    }

    private var isSound: Bool { !book.isCrossed && !book.isThin }

    /// Tells that the book is not to be believed, and asks for a new one: at once the first time, then after waits.
    private mutating func lose(
        wasLive: Bool = true,
        at now: NIODeadline,
        using random: inout some RandomNumberGenerator
    ) -> Step {
        var step = Step()
        if failures == 0 {
            failures = 1
            step = ask(at: now)
        } else {
            wait(at: now, using: &random)
        }
        let lost = lost()
        if wasLive { step.update = lost }
        return step
    }

    /// Half a second, doubled per failure up to half a minute, of which chance keeps half to all.
    private mutating func wait(at now: NIODeadline, using random: inout some RandomNumberGenerator) {
        let whole: Int64 = min(30_000, 500 << Int64(min(failures, 6)))
        failures += 1
        phase = .waiting(until: now + .milliseconds(Int64.random(in: (whole / 2)...whole, using: &random)))
    }

    private mutating func lost() -> BookUpdate {
        book.replace(bids: [], asks: [])
        return update(.lost, bids: [], asks: [])
    }

    private func update(_ kind: BookUpdate.Kind, bids: [BookLevel], asks: [BookLevel]) -> BookUpdate {
        BookUpdate(symbol: symbol, kind: kind, bids: bids, asks: asks, sequence: chain.last)
    }
}
