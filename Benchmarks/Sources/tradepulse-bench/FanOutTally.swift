import MarketFeed
import Markets
import NIOCore

/// What one event loop's sockets have received.
final class FanOutTally {
    enum Kind { case welcome, ticker, other }

    /// The probe changes at nearly every tick; each of its messages reaches all sockets at once.
    private static let probe = Array(#"{"type":"ticker","symbol":"BTCUSDT""#.utf8)
    private static let ticker = Array(#"{"type":"ticker""#.utf8)

    private var current = FanOutFigures()
    private var firstArrivals: [ByteBuffer: MarketTime] = [:]

    /// Counts a message.
    func take(_ message: ByteBuffer) -> Kind {
        let bytes = message.readableBytesView
        guard bytes.starts(with: Self.ticker) else {
            // Tickers are written by hand, the rest by an encoder that orders keys as it likes.
            return String(buffer: message).contains(#""type":"welcome""#) ? .welcome : .other
        }
        let now = MarketTime.wallClock()
        current.messages += 1
        current.bytes += bytes.count
        current.age.add(now.milliseconds - Self.time(bytes))
        if bytes.starts(with: Self.probe) { current.behind.add(now.since(firstArrival(of: message, now: now))) }
        return .ticker
    }

    func restart() {
        current = FanOutFigures()
        firstArrivals.removeAll()
    }

    func figures() -> FanOutFigures { current }

    private func firstArrival(of message: ByteBuffer, now: MarketTime) -> MarketTime {
        if let first = firstArrivals[message] { return first }
        firstArrivals[message] = now
        return now
    }

    /// The number before the closing brace: a ticker ends with `"ts":1760000000000}`.
    private static func time(_ bytes: ByteBufferView) -> Int64 {
        var time: Int64 = 0
        var scale: Int64 = 1
        for byte in bytes.dropLast().reversed() {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { break }
            time += scale * Int64(byte - UInt8(ascii: "0"))
            scale *= 10
        }
        return time
    }
}

/// What arrived in the time measured.
struct FanOutFigures: Sendable {
    var messages = 0
    var bytes = 0
    /// From the ticker's `ts`, the venue's time of its last change, to its arrival.
    var age = Histogram()
    /// From a message's arrival at the first socket to that at each other one.
    var behind = Histogram()
}

/// Whole milliseconds, counted; what is longer than the last one counts as it.
struct Histogram: Sendable {
    private var counts = [Int](repeating: 0, count: 10_000)
    private var total = 0

    mutating func add(_ milliseconds: Int64) {
        counts[Int(max(0, min(milliseconds, Int64(counts.count - 1))))] += 1
        total += 1
    }

    /// The least number of milliseconds that so many percent of the values do not exceed; 0 of no values.
    func percentile(_ percent: Int) -> Int {
        let rank = (total * percent + 99) / 100
        var seen = 0
        for (milliseconds, count) in counts.enumerated() {
            seen += count
            if seen >= rank { return milliseconds }
        }
        return counts.count - 1
    }
}
