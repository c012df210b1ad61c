import Logging
import MarketFeed
import Markets
import NIOCore
package import Venues

/// Feeds spoiled frames to a family's decoder and to everything behind it: books, connection, board, candles.
///
/// Nothing of it may trap or grow without end; what comes of a frame is possible, or the frame is refused by name.
package struct VenueFuzz {
    package let family: FuzzFamily
    /// Frames that were understood.
    package private(set) var taken = 0
    /// What no market could have said and was nevertheless taken, and books that were served crossed.
    package private(set) var impossible = 0
    package private(set) var reasons: Set<FrameRefusal.Reason> = []
    private var random: SplitMix
    private let dialect: any VenueDialect
    private let frames: [[UInt8]]
    private var books: FuzzedBooks
    private var connection: FuzzedConnection
    private let feed = MarketFeed(
        store: .discarding,
        liquidationStore: .discarding,
        history: nil,
        logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
    )
    private var round = 0
    private var events: [MarketEvent] = []

    package init(_ family: FuzzFamily, seed: UInt64) {
        self.family = family
        random = SplitMix(seed: seed)
        dialect = family.dialect()
        frames = family.frames
        books = FuzzedBooks(dialect)
        connection = FuzzedConnection(dialect, family.instruments, using: &random)
        feed.sink.instruments(family.venue, family.instruments)
    }

    /// Whether a book was served and the connection was live at some time, so that both were really tried.
    package var hasReachedAll: Bool {
        (dialect.bookRule == nil || books.hasServed) && connection.wasLive
    }

    /// The most that the connection ever wanted done at once.
    package var mostActions: Int { connection.mostActions }

    /// Feeds so many more frames.
    package mutating func run(_ count: Int) async throws {
        for _ in 0..<count {
            feedOne()
            // Others may share the thread and have deadlines to keep.
            if round.isMultiple(of: 500) { await Task.yield() }
            if round.isMultiple(of: 5_000) {
                feed.board.sweep()
                try await feed.keeper.flush()
                try await feed.liquidations.flush()
            }
        }
    }

    private mutating func feedOne() {
        round += 1
        connection.wait(using: &random)
        let frame = spoiled()
        let received = MarketTime(milliseconds: 1_800_000_000_000 + Int64(round))
        events.removeAll(keepingCapacity: true)
        do throws(FrameRefusal) {
            take(try decode(frame, received), at: received)
        } catch {
            reasons.insert(error.reason)
            if !events.isEmpty { impossible += 1 }
        }
    }

    /// One frame in four is as the venue sent it, so that the state behind has a chance, and half keep their shape.
    private mutating func spoiled() -> [UInt8] {
        let frame = frames[Int.random(in: 0..<frames.count, using: &random)]
        if round.isMultiple(of: 4) { return frame }
        return round.isMultiple(of: 2)
            ? Mutation.mangle(frame, with: &random) : Mutation.touch(frame, with: &random)
    }

    private mutating func decode(_ frame: [UInt8], _ received: MarketTime) throws(FrameRefusal) -> VenueMessage {
        // `withUnsafeBytes` rethrows untyped, so the typed error is carried out by hand.
        var result = Result<VenueMessage, FrameRefusal>.success(.ignored)
        frame.withUnsafeBytes { bytes in
            do throws(FrameRefusal) {
                result = .success(try dialect.decode(bytes, receivedTime: received, into: &events))
            } catch {
                result = .failure(error)
            }
        }
        return try result.get()
    }

    private mutating func take(_ message: VenueMessage, at received: MarketTime) {
        taken += 1
        if !events.allSatisfy(Plausibility.isPossible) { impossible += 1 }
        connection.take(message, using: &random)
        if case .book(let frame) = message { take(frame, at: received) }
        if !events.isEmpty { feed.sink.receive(events) }
    }

    private mutating func take(_ frame: BookFrame, at received: MarketTime) {
        let crossed = books.crossed
        for update in books.take(frame, at: connection.now, using: &random) {
            events.append(
                MarketEvent(
                    venue: family.venue,
                    exchangeTime: frame.exchangeTime,
                    receivedTime: received,
                    payload: .book(update)
                )
            )
        }
        if !Plausibility.isPossible(frame) || books.crossed > crossed { impossible += 1 }
    }
}

extension CandleStore {
    /// Takes everything and keeps nothing.
    fileprivate static let discarding = CandleStore(
        upsert: { _ in },
        range: { _ in [] },
        gaps: { _, _ in [] },
        openGaps: { _ in [] },
        markGap: { _ in },
        clearGap: { _ in },
        prune: { _, _, _ in 0 }
    )
}

extension LiquidationStore {
    /// Takes everything and keeps nothing.
    fileprivate static let discarding = LiquidationStore(
        insert: { _ in },
        sums: { _ in [] },
        recent: { _, _ in [] },
        prune: { _, _ in 0 }
    )
}
