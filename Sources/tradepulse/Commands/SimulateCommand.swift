import ArgumentParser
import Foundation
import Markets
import ServiceLifecycle
import Settings
import UnixSignals
import VenueSimulator

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Serve simulated venues on loopback, each in its own REST and WebSocket dialects."
    )

    @Option(
        help:
            "The first venue's TCP port, the others follow it; 0 lets the system choose, and what it chose is printed."
    )
    var venuePort = 0

    @Option(help: "Trades a second over all markets of a venue.")
    var tradesPerSecond = 2_000.0

    @OptionGroup var settings: SettingFlags

    func validate() throws {
        guard (0...65_532).contains(venuePort) else { throw ValidationError("--venue-port takes 0 to 65532.") }
        guard tradesPerSecond > 0, tradesPerSecond <= 1_000_000 else {
            throw ValidationError("--trades-per-second takes a number above 0, up to a million.")
        }
    }

    func run() async throws {
        try await Failure.explained {
            let program = try Program(flags: settings.flags)
            let seed = UInt64(program.settings.integer(.simulatorSeed))
            let venues = program.settings.venues
            let simulators = venues.enumerated().map { index, venue in
                VenueSimulator(
                    venue: venue,
                    source: .market(seed: seed, tradesPerSecond: tradesPerSecond),
                    port: venuePort == 0 ? 0 : venuePort + index,
                    logger: program.logger
                )
            }
            let group = ServiceGroup(
                services: (simulators as [any Service]) + [Announcement(simulators: simulators)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: program.logger
            )
            try await group.run()
        }
    }
}

/// Prints each address once its simulator listens.
private struct Announcement: Service {
    let simulators: [VenueSimulator]

    func run() async throws {
        for simulator in simulators {
            let address = "http://127.0.0.1:\(try await simulator.boundPort)"
            FileHandle.standardOutput.write(Data("simulated \(simulator.venue.rawValue) on \(address)\n".utf8))
        }
        try await gracefulShutdown()
    }
}
