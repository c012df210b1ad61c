package import Logging
package import Markets
package import NIOCore
import NIOPosix
import ServiceLifecycle

/// One venue, live: its listing, every market's figures, and the streams of the markets that trade most.
///
/// Starts as soon as the venue answers and tries again until then; ends with a graceful shutdown, its connections
/// closed. Everything is delivered to the ``MarketSink`` on one event loop.
package final class VenueFeed: Service {
    package struct Configuration: Sendable {
        package var venue: Venue
        /// Whether a simulated or replayed market answers; its data is then marked as such.
        package var isSimulated: Bool
        /// Makes the dialects of the venue's socket families; called once, on the event loop.
        package var dialects: @Sendable () -> [any VenueDialect]
        package var sections: [VenueSection]
        /// Changes what the dialects say of their connections: a replay ends and is silent without fault.
        package var adjustPolicy: @Sendable (_ policy: inout ConnectionPolicy) -> Void = { _ in }
        /// Told of every market message how long it took from the socket to the end of the sink, in seconds.
        package var delivered: @Sendable (_ seconds: Double) -> Void = { _ in }

        package init(
            venue: Venue,
            isSimulated: Bool,
            dialects: @escaping @Sendable () -> [any VenueDialect],
            sections: [VenueSection]
        ) {
            self.venue = venue
            self.isSimulated = isSimulated
            self.dialects = dialects
            self.sections = sections
        }
    }

    private let configuration: Configuration
    private let sink: MarketSink
    private let eventLoop: any EventLoop
    private let clock: VenueClock
    private let logger: Logger

    /// - Parameters:
    ///   - configuration: what to read, and how much of it.
    ///   - sink: where everything goes.
    ///   - eventLoop: where the connections live; one of the process-wide group by default.
    ///   - clock: the wall clock, and the waits between REST requests.
    ///   - logger: gets `venue` added to its metadata.
    package init(
        _ configuration: Configuration,
        sink: MarketSink,
        eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next(),
        clock: VenueClock = .system,
        logger: Logger
    ) {
        self.configuration = configuration
        self.sink = sink
        self.eventLoop = eventLoop
        self.clock = clock
        var logger = logger
        logger[metadataKey: "venue"] = "\(configuration.venue.rawValue)"
        self.logger = logger
    }

    package func run() async throws {
        // One queue per section; see `PictureRequest` for their bound.
        let pictures = configuration.sections.map { _ in AsyncStream.makeStream(of: PictureRequest.self) }
        let session = try await eventLoop.submit { [self] in
            let session = makeSession { pictures[$0.section].continuation.yield($0) }
            session.reportDown()
            return NIOLoopBound(session, eventLoop: eventLoop)
        }.get()
        do {
            try await cancelWhenGracefulShutdown { try await self.operate(session, pictures.map(\.stream)) }
        } catch is CancellationError {
            logger.info("The feed stops.")
        }
        try await eventLoop.flatSubmit { session.value.stop() }.get()
    }

    private func makeSession(_ askPicture: @escaping @Sendable (PictureRequest) -> Void) -> VenueSession {
        VenueSession(
            configuration: configuration,
            eventLoop: eventLoop,
            clock: clock,
            sink: sink,
            askPicture: askPicture,
            logger: logger
        )
    }

    /// Follows the venue until cancelled.
    private func operate(
        _ session: NIOLoopBound<VenueSession>,
        _ pictures: [AsyncStream<PictureRequest>]
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, section) in configuration.sections.enumerated() {
                let reader = SectionReader(section, index: index, session: session, clock: clock, logger: logger)
                group.addTask { try await reader.run(pictures[index]) }
            }
            try await group.waitForAll()
        }
    }
}
