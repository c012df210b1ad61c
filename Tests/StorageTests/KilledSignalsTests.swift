import Foundation
import Leases
import Markets
import Postgres
import Signals
import Storage
import TestKit
import Testing

/// The database of the process that gets killed, when this process is one: see ``KilledSignalsTests``.
private let database = ProcessInfo.processInfo.environment["TRADEPULSE_TEST_SIGNALS"]

/// The hours of a made-up market, one after the other, and what is born in them.
private enum Days {
    static let hours = SignalPublisherTests.closes

    static func publisher(_ record: SignalRecord) throws -> SignalPublisher {
        var limits = SignalDesk.Limits()
        limits.mostOfOneDirection = .max
        limits.cooldown = 0
        let book = try SignalModelBook.shipped()
        return try #require(
            SignalPublisher(venue: .binance, book: book, record: record, limits: limits) { symbol, from, count in
                (SignalPublisherTests.market[symbol.text] ?? []).filter {
                    $0.openTime >= from && $0.openTime.since(from) < Int64(count) * 3_600_000
                }
            }
        )
    }

    static func publish(_ hour: MarketTime, _ publisher: SignalPublisher) async throws {
        _ = try await publisher.publish(at: hour.adding(milliseconds: 5_000))
    }

    /// Ends everything: of the minutes nothing is known.
    static func end(_ record: SignalRecord) async throws {
        guard let last = hours.last else { return }
        let checker = SignalChecker(record: record, history: { _, _, _, _ in [] })
        _ = try await checker.check(at: last.adding(milliseconds: 48 * 3_600_000))
    }
}

/// The process that gets killed: one of several that share a job.
@Suite("A process that raises signals", .enabled(if: database != nil, "runs in a process that another test starts"))
struct ProcessWithSignals {
    @Test("It raises and ends signals whenever it has the lease, until all is done or it is killed")
    func work() async throws {
        let pool = PostgresPool(
            configuration: try PostgresConfiguration(url: try #require(database)),
            logger: ThrowawayCluster.logger
        )
        let lease = LeaseHolder(
            job: "signals",
            holder: "\(ProcessInfo.processInfo.processIdentifier)",
            store: .postgres(pool),
            now: { Int64(ProcessInfo.processInfo.systemUptime * 1_000) },
            logger: ThrowawayCluster.logger
        )
        let record = SignalRecord.postgres(pool, under: lease)
        let publisher = try Days.publisher(record)
        // As after any crash, it goes on where the record says; time does not go back.
        func next() async throws -> MarketTime? {
            let newest = try await record.recent(MarketTime(milliseconds: 0)).first?.signal.createdAt
            return newest.map { newest in Days.hours.first { $0 >= newest } ?? newest } ?? Days.hours.first
        }
        var hour: MarketTime?
        while true {
            try await lease.ask()
            guard lease.isHeld else {
                hour = nil
                continue
            }
            do {
                let now: MarketTime? = if let hour { hour } else { try await next() }
                guard let now, let place = Days.hours.firstIndex(of: now) else { break }
                try await Days.publish(now, publisher)
                guard place + 1 < Days.hours.count else { break }
                hour = Days.hours[place + 1]
            } catch is LeaseLost {
                hour = nil
            }
        }
        while try await record.recent(MarketTime(milliseconds: 0)).contains(where: { $0.standing == .active }) {
            try await lease.ask()
            do { try await Days.end(record) } catch is LeaseLost { continue }
        }
        try await lease.release()
        await pool.close()
    }
}

@Suite("Processes that raise signals and are killed", .timeLimit(.minutes(10)))
struct KilledSignalsTests {
    private static func start(on pool: PostgresPool) throws -> Process {
        let target = pool.configuration.target
        let url =
            "postgresql:///\(target["dbname"] ?? "")?host=\(target["host"] ?? "")&port=\(target["port"] ?? "")"
            + "&user=\(target["user"] ?? "")"
        let process = Process()
        process.executableURL = URL(
            fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        )
        process.arguments = ["--testing-library", "swift-testing", "--filter", "ProcessWithSignals"]
        process.environment = ProcessInfo.processInfo.environment.merging(["TRADEPULSE_TEST_SIGNALS": url]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private static func leaves(_ pool: PostgresPool) async throws -> Int {
        try await pool.query("SELECT count(*) AS count FROM signal_log").first?.decode("count") ?? 0
    }

    private static func isAnyoneThere(_ processes: [Process]) -> Bool { processes.contains { $0.isRunning } }

    /// The process that has the lease.
    private static func leader(_ pool: PostgresPool, of processes: [Process]) async throws -> Process? {
        let holder = try await pool.query("SELECT holder FROM leases").first?.decode("holder", as: String.self)
        return processes.first { "\($0.processIdentifier)" == holder && $0.isRunning }
    }

    @Test("kill -9 of whoever does it, five times: each signal is born and ends once, as if nobody had been killed")
    func killed() async throws {
        let expected = try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool -> Set<Signal> in
            let record = SignalRecord.postgres(pool)
            let publisher = try Days.publisher(record)
            for hour in Days.hours { try await Days.publish(hour, publisher) }
            return Set(try await record.signals(nil, 1_000).map(\.signal))
        }
        #expect(expected.count > 12)
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            var processes = [try Self.start(on: pool), try Self.start(on: pool)]
            var random = SeededGenerator(seed: 9)
            for round in 1...5 {
                // Births at first, ends at last.
                let wanted = round < 4 ? round * expected.count / 5 : expected.count + (round - 3) * expected.count / 4
                while try await Self.leaves(pool) < wanted { try #require(Self.isAnyoneThere(processes)) }
                guard let leader = try await Self.leader(pool, of: processes) else { continue }
                for _ in 0..<Int.random(in: 0...20, using: &random) { _ = try await Self.leaves(pool) }
                kill(leader.processIdentifier, SIGKILL)
                leader.waitUntilExit()
                processes.append(try Self.start(on: pool))
            }
            let record = SignalRecord.postgres(pool)
            while try await Self.leaves(pool) < 2 * expected.count { try #require(Self.isAnyoneThere(processes)) }
            for process in processes {
                process.waitUntilExit()
                #expect(process.terminationStatus == 0 || process.terminationReason == .uncaughtSignal)
            }
            let stored = try await record.signals(nil, 1_000)
            #expect(Set(stored.map(\.signal)) == expected && stored.count == expected.count)
            #expect(stored.allSatisfy { $0.standing != .active })
            #expect(try await record.head().size == Int64(2 * expected.count))
            #expect(try await record.verify(kept: []).fault == nil)
            let messages = try await pool.query(
                "SELECT count(*) AS count FROM channel_messages WHERE channel = 'signals'"
            )
            #expect(try messages.first?.decode("count", as: Int.self) == 2 * expected.count)
            let hands = try await pool.query("SELECT fencing_token FROM leases").first
            #expect(try hands?.decode("fencing_token", as: Int.self) ?? 0 > 3)
        }
    }
}
