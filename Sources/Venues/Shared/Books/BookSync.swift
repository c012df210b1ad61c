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
/// picture. A book with a gap, a crossed one, and one of which nothing is left within the known range are told as lost
/// at once, and begin anew, each attempt after twice the wait of the one before. When less than half is left
/// of the levels within the known range, a new picture is fetched while the book is served on.
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

        package init(update: BookUpdate? = nil, request: Request? = nil) {
            self.update = update
            self.request = request
        }
    }

    package static let maximumBuffered = 1000
    /// Between two pictures of a live book.
    package static let refreshInterval: TimeAmount = .seconds(10)
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

    private enum Refresh: Sendable {
        case allowed(from: NIODeadline)
        case fetching(until: NIODeadline)
    }

    private let symbol: Symbol
    private let rule: BookRule
    private var phase = Phase.stale
    private var chain: BookChain
    private var buffered: [BookFrame] = []
    private var failures = 0
    /// The picture that shall widen the known range of a live book.
    private var refresh = Refresh.allowed(from: .uptimeNanoseconds(0))
    /// Messages that said nothing which the book, or the picture it began with, did not hold already.
    package private(set) var repeated = 0
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

    /// Whether the book is live and this message would end it, since something before it has not come.
    package func isAhead(_ frame: BookFrame) -> Bool {
        guard case .live = phase else { return false }
        return !chain.isPicture(frame) && chain.isGap(before: frame)
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
        case .old:
            repeated += 1
            return .nothing
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
        switch (phase, refresh) {
        case (.fetching, _): return begin(with: picture, at: now, using: &random)
        case (.live, .fetching): return renew(with: picture, at: now)
        default: return .nothing
        }
    }

    package mutating func pictureFailed(at now: NIODeadline, using random: inout some RandomNumberGenerator) -> Step {
        switch (phase, refresh) {
        case (.fetching, _): wait(at: now, using: &random)
        case (.live, .fetching): endRefresh(at: now)
        default: break
        }
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
        case .live(let since):
            if now >= since + Self.steadyAfter { failures = 0 }
            if case .fetching(let until) = refresh, now >= until { endRefresh(at: now) }
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
        if let step = assemble(picture, at: now) {
            phase = .live(since: now)
            return step
        }
        return lose(wasLive: wasLive, at: now, using: &random)
    }

    /// Widens the known range of a live book; a picture that does not fit is forgotten, and the book goes on.
    private mutating func renew(with picture: BookFrame, at now: NIODeadline) -> Step {
        let step = assemble(picture, at: now)
        endRefresh(at: now)
        return step ?? .nothing
    }

    /// The picture with what was kept since becomes the book; nil, and no change to the book, when they do not fit.
    private mutating func assemble(_ picture: BookFrame, at now: NIODeadline) -> Step? {
        var chain = chain
        var book = OrderBook(depth: book.depth)
        chain.begin(picture)
        // A picture on a stream shows the depth that the stream keeps us told of. Of one over REST, a side with fewer
        // levels than the other was not cut off.
        let isWhole = !rule.picturesComeOverREST || picture.isWhole
        let areBidsWhole = isWhole || picture.bids.count < picture.asks.count
        let areAsksWhole = isWhole || picture.asks.count < picture.bids.count
        book.replace(
            bids: picture.bids,
            asks: picture.asks,
            areBidsWhole: areBidsWhole,
            areAsksWhole: areAsksWhole
        )
        buffered.removeAll { $0.last < picture.last }
        while let frame = buffered.first {
            switch chain.link(frame) {
            case .old: break
            case .follows: book.apply(bids: frame.bids, asks: frame.asks)
            // The picture is older than what was kept, or something is missing in that: what is past it may fit later.
            case .broken: return nil
            }
            buffered.removeFirst()
        }
        guard Self.isServable(book) else { return nil }
        // Nothing is known here that is not told.
        let (bids, asks) = (book.bids, book.asks)
        book.replace(
            bids: bids,
            asks: asks,
            areBidsWhole: areBidsWhole && bids.count < book.depth,
            areAsksWhole: areAsksWhole && asks.count < book.depth
        )
        self.chain = chain
        self.book = book
        return Step(update: update(.snapshot, bids: bids, asks: asks))
    }

    private static func isServable(_ book: OrderBook) -> Bool {
        if book.isCrossed { return false }
        // A side without an order is true where the whole of it is known.
        if book.isThin(below: 1) { return false }
        return book.bestBid != nil || book.bestAsk != nil
    }

    /// Keeps a change for the picture under way, or asks for one when little of the known range is left.
    private mutating func refreshed(by frame: BookFrame, at now: NIODeadline) -> Request? {
        switch refresh {
        case .fetching:
            guard buffered.count < Self.maximumBuffered else {
                endRefresh(at: now)
                return nil
            }
            buffered.append(frame)
            return nil
        case .allowed(let from):
            guard rule.picturesComeOverREST, book.isThin(below: book.depth / 2), now >= from else { return nil }
            refresh = .fetching(until: now + Self.pictureDeadline)
            buffered = [frame]
            return .picture
        }
    }

    private mutating func endRefresh(at now: NIODeadline) {
        refresh = .allowed(from: now + Self.refreshInterval)
        buffered.removeAll()
    }

    private mutating func apply(
        _ frame: BookFrame,
        at now: NIODeadline,
        using random: inout some RandomNumberGenerator
    ) -> Step {
        let allKnown = book.apply(bids: frame.bids, asks: frame.asks)
        guard Self.isServable(book) else {
            if case .fetching = refresh { buffered.append(frame) } else { buffered = [frame] }
            return lose(at: now, using: &random)
        }
        let request = refreshed(by: frame, at: now)
        if frame.bids.isEmpty && frame.asks.isEmpty { return Step(request: request) }
        guard !allKnown else {
            return Step(update: update(.changes, bids: frame.bids, asks: frame.asks), request: request)
        }
        let bids = frame.bids.filter { book.knows(bid: $0.price) }
        let asks = frame.asks.filter { book.knows(ask: $0.price) }
        return Step(update: update(.changes, bids: bids, asks: asks), request: request)
    }

    /// Tells that the book is not to be believed, and asks for a new one: at once the first time, then after waits.
    private mutating func lose(
        wasLive: Bool = true,
        at now: NIODeadline,
        using random: inout some RandomNumberGenerator
    ) -> Step {
        refresh = .allowed(from: now)
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
