import Indicators
import Markets

/// One line of a candle file.
struct CandleRow {
    struct Fault: Error {
        var reason: String

        init(_ reason: String) { self.reason = reason }
    }

    private let bytes: ArraySlice<UInt8>

    /// A carriage return before the line's end is left out.
    init(_ line: ArraySlice<UInt8>) { bytes = line.last == UInt8(ascii: "\r") ? line.dropLast() : line }

    var isEmpty: Bool { bytes.isEmpty }

    /// Whether it begins with a letter.
    var isHeading: Bool {
        guard let first = bytes.first else { return false }
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first | 0x20)
    }

    func candle() throws(Fault) -> CandleValues {
        let fields = bytes.split(separator: UInt8(ascii: ","), maxSplits: 6, omittingEmptySubsequences: false)
        guard fields.count >= 6 else { throw Fault("fewer than six columns") }
        let candle = CandleValues(
            openTime: try time(fields[0]),
            open: try figure(fields[1], "open"),
            high: try figure(fields[2], "high"),
            low: try figure(fields[3], "low"),
            close: try figure(fields[4], "close"),
            volume: try figure(fields[5], "volume")
        )
        guard candle.low > 0 else { throw Fault("a price is not above zero") }
        guard candle.low <= min(candle.open, candle.close), candle.high >= max(candle.open, candle.close) else {
            throw Fault("open or close lies outside low and high")
        }
        guard candle.volume >= 0 else { throw Fault("volume is negative") }
        return candle
    }

    private func time(_ field: ArraySlice<UInt8>) throws(Fault) -> MarketTime {
        guard let number = Int64(String(decoding: field, as: UTF8.self)), number >= 0 else {
            throw Fault("open time is no whole number of milliseconds since 1970")
        }
        // 10¹⁴ ms is the year 5138, 10¹⁴ µs 1973.
        return MarketTime(milliseconds: number < 100_000_000_000_000 ? number : number / 1000)
    }

    private func figure(_ field: ArraySlice<UInt8>, _ name: String) throws(Fault) -> Double {
        guard let number = Double(String(decoding: field, as: UTF8.self)), number.isUsable else {
            throw Fault("\(name) is no number, or too great a one")
        }
        return number
    }
}
