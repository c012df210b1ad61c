import ArgumentParser
import Foundation
import Logging
import MarketFeed
import Markets
import Venues

/// A recorded session per CPU second: decoded, with its books, and all the way to the readers.
///
/// `Benchmarks/peers/ingest.py` puts the same frames through ccxt and cryptofeed.
struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Recorded venue frames taken in per CPU second."
    )

    @Argument(help: "A recorded Binance session: JSON lines, unpacked.")
    var session: String

    @Option(help: "Which markets it is of: spot or usdm.")
    var market = "spot"

    @Option(help: "Least CPU seconds of one measurement.")
    var seconds = 0.5

    func validate() throws {
        guard RecordedSession.Family(rawValue: market) != nil else {
            throw ValidationError("--market takes spot or usdm.")
        }
        guard seconds > 0, seconds <= 60 else { throw ValidationError("--seconds takes a number above 0, up to 60.") }
    }

    func run() async throws {
        guard let family = RecordedSession.Family(rawValue: market) else { return }
        let session = try RecordedSession(path: session, family: family)
        for kind in session.kinds { try measure(kind, session) }
        let frames = session.messages(of: nil).count
        try write("all: simdjson alone", work: frames) { try Workload.parse(session.messages(of: nil)) }
        for extent in SessionReader.Extent.allCases {
            try write("all: \(extent.rawValue)", work: frames) {
                let feed = extent == .everything ? MarketFeed.forMeasuring : nil
                var reader = try SessionReader(session, extent, sink: feed?.sink)
                let start = ProcessorTime.ofThread
                let taken = try reader.run()
                return (taken, ProcessorTime.ofThread - start)
            }
        }
    }

    private func measure(_ kind: String, _ session: RecordedSession) throws {
        let messages = session.messages(of: kind)
        Report.write("\(kind): bytes each", Double(messages.byteCount / messages.count), "bytes")
        try write("\(kind): simdjson alone", work: messages.count) { try Workload.parse(messages) }
        let dialect = session.dialect()
        try write("\(kind): decode", work: messages.count) {
            var events: [MarketEvent] = []
            var taken = 0
            let received = MarketTime.wallClock()
            try messages.forEach { bytes in
                events.removeAll(keepingCapacity: true)
                _ = try dialect.decode(bytes, receivedTime: received, into: &events)
                taken += 1
            }
            return taken
        }
    }

    private func write(_ name: String, work: Int, _ body: () throws -> Int) throws {
        try write(name, work: work) {
            let start = ProcessorTime.ofThread
            return (try body(), ProcessorTime.ofThread - start)
        }
    }

    /// Repeats the work, which tells what it took of the thread, until that has lasted.
    private func write(_ name: String, work: Int, _ body: () throws -> (Int, Double)) throws {
        var spent = 0.0
        var passes = 0
        while spent < seconds {
            let (taken, took) = try body()
            guard taken == work else { throw BenchError.wrongCount(name) }
            spent += took
            passes += 1
        }
        Report.write(name, (Double(work * passes) / spent).rounded(), "per CPU s")
    }
}
