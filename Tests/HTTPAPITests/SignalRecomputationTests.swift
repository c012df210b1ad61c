import Accounts
import Foundation
import Markets
import Signals
import Storage
import TestKit
import Testing

/// What counts signals in another language, by `Tools/signals/recompute.py`.
@Suite(
    "Statistics computed anew in Python",
    .enabled(if: Recomputation.isPossible, "no python3"),
    .timeLimit(.minutes(5))
)
struct SignalRecomputationTests {
    private static let strategies = [("composite", 1, false), ("composite", 2, false), ("volume_breakout", 1, true)]
    private static let symbols: [(String, Tier)] = [
        ("BTCUSDT-PERP", .free), ("SOLUSDT-PERP", .pro), ("ADAUSDT-PERP", .premium),
    ]

    /// Closed signals of every kind, some cancelled, some under way.
    private static func fill(_ stand: SignalStand, _ count: Int) async throws {
        var generator = SeededGenerator(seed: 4)
        for number in 0..<count {
            let strategy = strategies[number % 3]
            let symbol = try #require(symbols.randomElement(using: &generator))
            var draft = SignalStand.Draft()
            draft.born = number / 2
            draft.symbol = symbol.0
            draft.minTier = symbol.1
            draft.direction = Bool.random(using: &generator) ? .buy : .sell
            (draft.strategy, draft.version, draft.isPaper) = strategy
            draft.confidence = number.isMultiple(of: 5) ? nil : Int.random(in: 0...100, using: &generator)
            draft.levels = try levels(draft.direction, &generator)
            let signal = try await stand.publish(draft)
            switch number % 10 {
            case 0: continue
            case 1:
                try await stand.conclude(
                    signal,
                    .cancelled(.entryMissed, at: signal.createdAt.adding(milliseconds: 60_000))
                )
            default:
                let outcome = try #require(SignalOutcome.allCases.randomElement(using: &generator))
                let percent = Double(Int.random(in: -900...900, using: &generator)) / 100
                try await stand.close(signal, outcome, percent, afterHours: Int.random(in: 1...24, using: &generator))
            }
            // The time of the newest is not over yet.
            if number < count * 3 / 4 { try await judge(signal, stand, &generator) }
        }
    }

    /// What it came to for each tier, some of which could not enter it any more, and on another venue.
    private static func judge(
        _ signal: Signal,
        _ stand: SignalStand,
        _ generator: inout SeededGenerator
    ) async throws {
        var verdicts = [SideVerdict(side: .venue(.okx), outcome: .tp1, resultPercent: 0.4)]
        for tier in Tier.allCases {
            let outcome = SignalOutcome.allCases.randomElement(using: &generator)
            let isMissed = Int.random(in: 0..<5, using: &generator) == 0
            let percent = Double(Int.random(in: -900...900, using: &generator)) / 100
            verdicts.append(
                SideVerdict(
                    side: .tier(tier),
                    outcome: isMissed ? nil : outcome,
                    resultPercent: isMissed ? nil : percent
                )
            )
        }
        try await SideVerdictStore.postgres(stand.pool).save(signal.id, verdicts)
    }

    private static func levels(_ direction: SignalDirection, _ generator: inout SeededGenerator) throws -> [String] {
        let entry = Double.random(in: 0.01...70_000, using: &generator)
        return try [0, -0.013, 0.013, 0.026, 0.039].map { distance in
            let price = entry * (1 + direction.sign * distance)
            return try #require(FixedPoint(rounding: price, places: 8)).description
        }
    }

    @Test("Every figure is the same to the last digit, for callers of every tier", arguments: Tier.allCases)
    func equal(tier: Tier) async throws {
        try await SignalStand.serving { stand in
            try await Self.fill(stand, 240)
            let token = try await stand.token(tier)
            for query in [["--delivered"], ["--symbol", "BTCUSDT-PERP"], ["--strategy", "composite", "--delivered"]] {
                let (code, text) = try await Recomputation.run([stand.api.address, token] + query)
                #expect(code == 0, "\(text)")
                #expect(text.hasSuffix("0 differ\n"))
            }
        }
    }

    @Test("A history that was changed behind the statistics' back would be found")
    func different() async throws {
        try await SignalStand.serving { stand in
            let token = try await stand.token(.vip)
            try await Self.fill(stand, 20)
            // Nothing that lies in this period has ended: the counting has another one.
            let (code, text) = try await Recomputation.run([stand.api.address, token, "--compare-period", "7d"])
            #expect(code == 1, "\(text)")
        }
    }
}

enum Recomputation {
    private static let script = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Tools/signals/recompute.py")

    static var isPossible: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/python3") }

    /// Runs it away from the shared pool.
    static func run(_ arguments: [String]) async throws -> (code: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [script.path] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        let code = try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { ended.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { ended.resume(throwing: error) }
        }
        // A few lines, which the pipe holds until they are read.
        return (code, String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self))
    }
}
