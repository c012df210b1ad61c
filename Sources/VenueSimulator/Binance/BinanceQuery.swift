import Foundation
import Markets

/// The parameters of one request, each read at most once.
struct BinanceQuery {
    private var values: [String: String]

    /// - Throws: -1101 style refusal when a parameter is sent twice.
    init(_ pairs: some Sequence<(key: Substring, value: Substring)>) throws(BinanceError) {
        values = [:]
        for pair in pairs {
            let key = String(pair.key)
            guard values[key] == nil else { throw .unread(Self.printable(key)) }
            values[key] = String(pair.value)
        }
    }

    mutating func text(_ name: String) throws(BinanceError) -> String? {
        guard let value = values.removeValue(forKey: name) else { return nil }
        guard !value.isEmpty else { throw .missing(name) }
        return value
    }

    mutating func required(_ name: String) throws(BinanceError) -> String {
        guard let value = try text(name) else { throw .missing(name) }
        return value
    }

    mutating func integer(_ name: String) throws(BinanceError) -> Int64? {
        guard let value = try text(name) else { return nil }
        guard value.utf8.count <= 20, value.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int64(value)
        else { throw .illegal(name, legal: "^[0-9]{1,20}$") }
        return number
    }

    /// 1…`most`; Binance quietly answers as much as it gives when more is asked for.
    mutating func limit(standard: Int, most: Int) throws(BinanceError) -> Int {
        guard let number = try integer("limit") else { return standard }
        guard number > 0 else { throw .illegal("limit", legal: "^[0-9]{1,20}$") }
        return Int(min(number, Int64(most)))
    }

    mutating func time(_ name: String) throws(BinanceError) -> MarketTime? {
        // Far beyond every market and far from overflow.
        try integer(name).map { MarketTime(milliseconds: min($0, 1 << 50)) }
    }

    /// `symbol=BTCUSDT` or `symbols=["BTCUSDT","ETHUSDT"]`; nil when neither was sent.
    mutating func symbols() throws(BinanceError) -> [String]? {
        let one = try text("symbol")
        guard let list = try text("symbols") else { return one.map { [$0] } }
        guard one == nil else { throw .tooManyParameters }
        guard let names = try? JSONDecoder().decode([String].self, from: Data(list.utf8)), !names.isEmpty else {
            throw .illegal("symbols", legal: #"^\\[(\"[A-Z0-9-_.]{1,20}\"(,\"[A-Z0-9-_.]{1,20}\"){0,}){0,1}\\]$"#)
        }
        return names
    }

    /// Refuses what nobody asked for.
    func finish() throws(BinanceError) {
        if let left = values.keys.min() { throw .unread(Self.printable(left)) }
    }

    /// The caller's text goes into a JSON string, so only harmless characters of it do.
    private static func printable(_ text: String) -> String {
        String(text.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(40))
    }
}
