import ArgumentParser
import Foundation
import ServiceLifecycle
import Settings
import UnixSignals
import VenueSimulator

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Serve a simulated venue on loopback, in Binance's own REST and WebSocket dialect."
    )

    @Option(help: "The TCP port; 0 lets the system choose one, which is printed.")
    var venuePort = 0

    @Option(help: "Trades a second over all markets.")
    var tradesPerSecond = 2_000.0

    @OptionGroup var settings: SettingFlags

    func validate() throws {
        guard (0...65_535).contains(venuePort) else { throw ValidationError("--venue-port takes 0 to 65535.") }
        guard tradesPerSecond > 0, tradesPerSecond <= 1_000_000 else {
            throw ValidationError("--trades-per-second takes a number above 0, up to a million.")
        }
    }

    func run() async throws {
        try await Failure.explained {
            let program = try Program(flags: settings.flags)
            let seed = UInt64(program.settings.integer(.simulatorSeed))
            let simulator = VenueSimulator(
                source: .market(seed: seed, tradesPerSecond: tradesPerSecond),
                port: venuePort,
                logger: program.logger
            )
            let group = ServiceGroup(
                services: [simulator, Announcement(simulator: simulator)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: program.logger
            )
            try await group.run()
        }
    }
}

/// Prints the address once the simulator listens.
private struct Announcement: Service {
    let simulator: VenueSimulator

    func run() async throws {
        let port = try await simulator.boundPort
        FileHandle.standardOutput.write(Data("simulated venue on http://127.0.0.1:\(port)\n".utf8))
        try await gracefulShutdown()
    }
}
