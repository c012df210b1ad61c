import Logging
import Markets
import NIOCore
import Synchronization

/// Reads one section of a venue over REST for as long as it runs, and hands what it reads to the session.
final class SectionReader: Sendable {
    private let section: VenueSection
    private let index: Int
    private let session: NIOLoopBound<VenueSession>
    private let clock: VenueClock
    private let logger: Logger
    private let followed = Mutex<[Instrument]>([])

    init(
        _ section: VenueSection,
        index: Int,
        session: NIOLoopBound<VenueSession>,
        clock: VenueClock,
        logger: Logger
    ) {
        self.section = section
        self.index = index
        self.session = session
        self.clock = clock
        var logger = logger
        logger[metadataKey: "section"] = "\(section.name)"
        self.logger = logger
    }

    /// Reads until cancelled.
    func run(_ pictures: AsyncStream<PictureRequest>) async throws {
        try await startListing()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.keepFigures() }
            if let perMarket = section.perMarket {
                group.addTask { try await self.keepMarkets(perMarket) }
            }
            if let book = section.book {
                group.addTask { try await self.fetchBooks(pictures, book) }
            }
            try await group.waitForAll()
        }
    }

    /// Reads the listing for the first time, however long that takes.
    private func startListing() async throws {
        var failures = 0
        while true {
            do throws(VenueRequestError) {
                return try await readListing()
            } catch .cancelled {
                throw CancellationError()
            } catch {
                let wait = Self.wait(after: error, failures: failures)
                failures += 1
                logger.warning(
                    "The venue's listing could not be read and will be asked for again.",
                    metadata: ["reason": "\(error)", "wait_ms": "\(wait / .milliseconds(1))"]
                )
                try await clock.sleep(wait)
            }
        }
    }

    /// One second, doubled per failure up to a minute, of which chance keeps half to all; longer if the venue says so.
    private static func wait(after error: VenueRequestError, failures: Int) -> Duration {
        let whole = min(60.0, Double(1 << min(failures, 6)))
        let jittered = Duration.seconds(Double.random(in: (whole / 2)...whole))
        return max(jittered, .seconds(error.retryAfterSeconds ?? 0))
    }

    private func readListing() async throws(VenueRequestError) {
        let instruments = try await section.instruments()
        let figures = try await section.figures()
        let chosen = section.choice.choose(from: instruments, figures: figures)
        logger.info(
            "The venue's listing was read.",
            metadata: ["markets": "\(instruments.count)", "followed": "\(chosen.count)"]
        )
        followed.withLock { $0 = chosen }
        session.execute { [index, bookLimit = section.bookLimit] session in
            // Figures first: at the start nothing is followed yet, so every market gets its own.
            session.list(instruments, section: index)
            session.deliver(figures: figures)
            session.follow(chosen, bookLimit: bookLimit, section: index)
        }
    }

    private func keepFigures() async throws {
        var sinceListing = Duration.zero
        while true {
            try await clock.sleep(section.figuresInterval)
            sinceListing += section.figuresInterval
            do throws(VenueRequestError) {
                if sinceListing >= section.listingInterval {
                    try await readListing()
                    sinceListing = .zero
                } else {
                    let figures = try await section.figures()
                    session.execute { $0.deliver(figures: figures) }
                }
            } catch .cancelled {
                throw CancellationError()
            } catch {
                logger.warning("The venue's figures could not be read again.", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// Fetches books as they are asked for, one after the other.
    private func fetchBooks(
        _ pictures: AsyncStream<PictureRequest>,
        _ ask: @Sendable (Instrument, Market) async throws(VenueRequestError) -> BookFrame
    ) async throws {
        for await request in pictures {
            do throws(VenueRequestError) {
                let picture = try await ask(request.instrument, request.market)
                session.execute { $0.take(picture: picture, for: request) }
            } catch .cancelled {
                throw CancellationError()
            } catch {
                logger.debug(
                    "A book could not be fetched.",
                    metadata: ["symbol": "\(request.market.symbol)", "reason": "\(error)"]
                )
                session.execute { $0.take(picture: nil, for: request) }
            }
        }
    }

    /// Asks for the followed markets' own figures, one market after the other.
    private func keepMarkets(
        _ ask: @Sendable (Instrument) async throws(VenueRequestError) -> [MarketEvent]
    ) async throws {
        var turn = 0
        while true {
            try await clock.sleep(section.perMarketInterval)
            let markets = followed.withLock(\.self)
            guard !markets.isEmpty else { continue }
            turn = (turn + 1) % markets.count
            do throws(VenueRequestError) {
                let figures = try await ask(markets[turn])
                session.execute { $0.deliver(figures: figures) }
            } catch .cancelled {
                throw CancellationError()
            } catch {
                logger.debug("A market's figures could not be read.", metadata: ["reason": "\(error)"])
            }
        }
    }
}

extension NIOLoopBound<VenueSession> {
    /// Runs the body on the session's loop.
    func execute(_ body: @escaping @Sendable (VenueSession) -> Void) {
        eventLoop.execute { body(value) }
    }
}
