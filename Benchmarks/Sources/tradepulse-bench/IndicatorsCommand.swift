import ArgumentParser
import Foundation
import Indicators
import Markets

/// The indicator set over candles: as a batch, candle by candle, and for a candle that is not closed.
///
/// `Benchmarks/peers/indicators.py` makes the candles and measures TA-Lib and tulipy on them.
struct IndicatorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "indicators",
        abstract: "Nanoseconds per candle of the set of 21 indicators."
    )

    @Argument(help: "Candles: the columns open, high, low, close and volume, each of 64-bit floating-point numbers.")
    var file: String

    @Option(help: "Only take so many candles into a stream, each after a glimpse of it: for who counts allocations.")
    var updates: Int?

    @Option(help: "With --updates: how many sets are made.")
    var sets = 1

    func validate() throws {
        guard sets > 0, updates ?? 0 >= 0 else { throw ValidationError("--sets takes 1 or more, --updates 0 or more.") }
    }

    func run() async throws {
        let candles = try read()
        if let updates { return try update(candles, updates) }
        let set = try IndicatorSet()
        write("batch", candles.count) { set.batch(candles) }
        write("streaming", candles.count) {
            var state = set
            var sum = 0.0
            for index in 0..<candles.count { sum += state.ingest(candles[index]) }
            return Int(sum.truncatingRemainder(dividingBy: 1_000))
        }
        var warm = set
        for index in 0..<min(500, candles.count) { _ = warm.ingest(candles[index]) }
        write("an unfinished candle", candles.count) {
            var sum = 0.0
            for index in 0..<candles.count { sum += warm.preview(candles[index]) }
            return Int(sum.truncatingRemainder(dividingBy: 1_000))
        }
    }

    /// As many sets as a server would keep for its symbols and timeframes, of which one is fed.
    private func update(_ candles: CandleColumns, _ count: Int) throws {
        var state = try (0..<sets).map { _ in try IndicatorSet() }
        var sum = 0.0
        for index in 0..<count {
            let candle = candles[index % candles.count]
            sum += state[0].preview(candle) + state[0].ingest(candle)
        }
        precondition(!sum.isNaN, "the work is done, not left out as unused")
    }

    /// The least of seven, as the peers give theirs.
    private func write(_ name: String, _ count: Int, _ work: () -> Int) {
        var least = Double.infinity
        var result = 0
        for _ in 0..<7 {
            let start = ProcessorTime.ofThread
            result &+= work()
            least = min(least, ProcessorTime.ofThread - start)
        }
        precondition(result != Int.min, "the work is done, not left out as unused")
        Report.write("indicators: \(name)", least / Double(count) * 1e9, "ns per candle")
    }

    private func read() throws -> CandleColumns {
        let numbers = try Data(contentsOf: URL(fileURLWithPath: file)).withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count / 8 * 8, by: 8).map {
                Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)))
            }
        }
        let count = numbers.count / 5
        guard count > 0, numbers.count % 5 == 0 else { throw ValidationError("not five columns of one length") }
        return CandleColumns(
            (0..<count).map { index in
                CandleValues(
                    openTime: MarketTime(milliseconds: Int64(index) * 60_000),
                    open: numbers[index],
                    high: numbers[count + index],
                    low: numbers[2 * count + index],
                    close: numbers[3 * count + index],
                    volume: numbers[4 * count + index]
                )
            }
        )
    }
}
