import ArgumentParser
import Foundation
import Markets
import VenueFuzzing

/// Spoiled frames for every venue; `scripts/fuzz` builds it with the address sanitizer and calls it.
@main
struct VenueFuzzCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "venue-fuzz",
        abstract: "Feed the venues' decoders, and everything behind them, spoiled frames."
    )

    @Option(help: "Frames per venue.")
    var frames = 1_000_000

    @Option(help: "What chance begins with; a failure comes again with the same one.")
    var seed: UInt64 = 1

    @Option(help: "How much the memory may grow in a family's last nine tenths, in MB.")
    var growth = 24

    func validate() throws {
        guard frames >= 1_000 else { throw ValidationError("--frames takes a number from 1000.") }
    }

    func run() async throws {
        var failed = false
        for family in FuzzFamily.allCases {
            let ofVenue = FuzzFamily.allCases.count { $0.venue == family.venue }
            if try await !fuzz(family, frames / ofVenue) { failed = true }
        }
        if failed { throw ExitCode.failure }
    }

    /// Returns whether all went well; a trap ends the program.
    private func fuzz(_ family: FuzzFamily, _ frames: Int) async throws -> Bool {
        var fuzz = VenueFuzz(family, seed: seed)
        try await fuzz.run(frames / 10)
        let before = Self.residentMB
        try await fuzz.run(frames - frames / 10)
        let grown = Self.residentMB - before
        let isWell = fuzz.impossible == 0 && grown <= growth && fuzz.hasReachedAll
        let line =
            "\(isWell ? "ok  " : "FAIL") \(family.rawValue): \(frames) frames, \(fuzz.taken) taken, "
            + "\(fuzz.reasons.count) reasons to refuse, \(fuzz.impossible) impossible, grown by \(grown) MB\n"
        FileHandle.standardOutput.write(Data(line.utf8))
        return isWell
    }

    /// Memory of this process, in MB.
    private static var residentMB: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
    }
}
