import Foundation

/// What is usual on one market: hours of ten-second chunks, without the last minute, which is what is judged by it.
struct ActivityHistory: Sendable {
    static let chunkSeconds: Int64 = 10
    /// Silence counts as emptiness for half an hour; what is longer may be a feed that was away.
    static let longestSilence: Int64 = 180
    /// Chunks that the three averages look back on: five minutes, two hours, sixteen hours.
    private static let shortSpan: Float = 30
    private static let middleSpan: Float = 720
    private static let longSpan: Float = 5760

    private(set) var short = ActivityMoments()
    private(set) var middle = ActivityMoments()
    private(set) var long = ActivityMoments()
    /// Logarithms of chunks with a buy, over the last hundred of them and over the last seven hundred: what a chunk is
    /// like when there is one, which a past burst hardly changes.
    private(set) var shortSizes = ActivityMoments()
    private(set) var longSizes = ActivityMoments()
    private(set) var records = HourlyRecords()
    /// Mean logarithm of the price over five minutes and over two hours, of chunks with trades.
    private(set) var shortPrice: Float = 0
    private(set) var middlePrice: Float = 0
    /// Chunks that were seen, silence that is no longer than the longest included.
    private(set) var chunks: Int64 = 0

    private var number: Int64 = .min
    private var open = Measures.zero
    private var close: Float = 0
    private var high: Float = 0
    private var lastClose: Float?

    /// Adds one second that left the last minute; later than those before it.
    mutating func add(_ second: Int64, _ trading: SecondOfTrading) {
        let chunk = second / Self.chunkSeconds
        if chunk != number {
            if number != .min { finish(before: chunk) }
            number = chunk
            open = .zero
            high = trading.high
        }
        open += Measures(trading.boughtQuote, Float(trading.buys), Float(trading.rushes), 0)
        close = trading.close
        high = max(high, trading.high)
    }

    /// Natural logarithm of the last price that left the minute; nil before the first.
    var lastPrice: Float? { number == .min ? nil : close }

    private mutating func finish(before next: Int64) {
        var measures = open
        let move = lastClose.map { close - $0 } ?? 0
        measures.w = abs(move)
        let silence = chunks == 0 ? 1 : min(next - number, Self.longestSilence)
        chunks += silence
        short.add(measures, after: Float(silence), span: Self.shortSpan)
        middle.add(measures, after: Float(silence), span: Self.middleSpan)
        long.add(measures, after: Float(silence), span: Self.longSpan)
        if open.y > 0 {
            let sizes = Self.logarithms(measures)
            shortSizes.add(sizes, after: 1, span: 100)
            longSizes.add(sizes, after: 1, span: 700)
        }
        shortPrice = lastClose == nil ? close : shortPrice + (close - shortPrice) * 0.1
        middlePrice = lastClose == nil ? close : middlePrice + (close - middlePrice) * 0.01
        measures.w = max(0, move)
        records.add(measures, high: high, hour: number / 360)
        lastClose = close
    }

    /// How large a chunk with a buy is, on scales where twice as much is one step everywhere.
    static func logarithms(_ chunk: Measures) -> Measures {
        Measures(log(max(chunk.x, 1e-12)), log(max(chunk.y, 1)), log1p(chunk.z), log(abs(chunk.w) + 1e-4))
    }
}
