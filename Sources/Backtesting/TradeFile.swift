package import Markets

/// Trades of a CSV file, plain or gzipped, told by its heading: a time (`ts_ms` or `time_ms`), `side` (`b`, `buy`, `s`,
/// `sell`: the taker's), a price (`price`, or `price_e8` in units of 10⁻⁸) and an amount (`amount` or `qty`) of the base.
package struct TradeFile {
    /// One line.
    package struct Row: Hashable, Sendable {
        package var time: MarketTime
        package var isBuy: Bool
        package var price: Double
        package var amount: Double
    }

    private let bytes: [UInt8]
    private let file: String
    private let columns: Columns

    /// Reads the file and its heading.
    ///
    /// Blocking: for a thread that may wait.
    ///
    /// - Throws: ``CandleFileError``.
    package init(_ file: String) throws(CandleFileError) {
        self.file = file
        bytes = try GzipFile.read(file)
        let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
        guard let columns = Columns(heading: bytes[..<end]) else {
            throw .lineInvalid(file: file, line: 1, reason: "the heading names no time, side, price and amount")
        }
        self.columns = columns
    }

    /// Visits every trade in the file's order.
    ///
    /// - Throws: ``CandleFileError/lineInvalid(file:line:reason:)``, and what the visitor throws.
    package func visit(_ visitor: (Row) throws -> Void) throws {
        var line = 1
        var start = (bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex - 1) + 1
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            line += 1
            if start < end {
                guard let row = columns.row(bytes[start..<end]) else {
                    throw CandleFileError.lineInvalid(file: file, line: line, reason: "no trade")
                }
                try visitor(row)
            }
            start = end + 1
        }
    }
}

/// Which field is where.
private struct Columns {
    private var time = -1
    private var side = -1
    private var price = -1
    private var amount = -1
    private var priceUnit = 1.0

    init?(heading: ArraySlice<UInt8>) {
        for (index, name) in Self.fields(heading).enumerated() {
            switch String(decoding: name, as: UTF8.self) {
            case "ts_ms", "time_ms": time = index
            case "side": side = index
            case "price": price = index
            case "price_e8":
                price = index
                priceUnit = 1e-8
            case "amount", "qty": amount = index
            default: break
            }
        }
        guard min(time, side, price, amount) >= 0 else { return nil }
    }

    func row(_ line: ArraySlice<UInt8>) -> TradeFile.Row? {
        let fields = Self.fields(line)
        guard fields.count > max(time, side, price, amount),
            let time = Int64(String(decoding: fields[time], as: UTF8.self)), time > 0,
            let price = Double(String(decoding: fields[price], as: UTF8.self)), price > 0, price.isFinite,
            let amount = Double(String(decoding: fields[amount], as: UTF8.self)), amount >= 0, amount.isFinite,
            let taker = fields[side].first, taker == UInt8(ascii: "b") || taker == UInt8(ascii: "s")
        else { return nil }
        return TradeFile.Row(
            time: MarketTime(milliseconds: time),
            isBuy: taker == UInt8(ascii: "b"),
            price: price * priceUnit,
            amount: amount
        )
    }

    private static func fields(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        let end = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        return end.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    }
}
