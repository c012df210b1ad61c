/// An asset as a venue's listing names it, taken apart: `1000PEPE` is a thousand PEPE, `SHIB1000` a thousand SHIB.
///
/// Venues bundle cheap coins so that their prices have fewer zeros. Only a power of ten of at least a thousand at the
/// beginning or the end of the name is a bundle; `1INCH` and `2Z` are names. Binance writes one million as `1M`, of one coin.
struct MultipliedAsset: Hashable {
    let name: String
    /// Units of the asset in one unit of what the venue lists.
    let multiplier: Int64

    init(_ listed: String) {
        if listed == "1MBABYDOGE" {
            self.init(name: "BABYDOGE", multiplier: 1_000_000)
            return
        }
        let bytes = Array(listed.utf8)
        let leading = bytes.first == UInt8(ascii: "1") ? bytes.dropFirst().prefix { $0 == UInt8(ascii: "0") }.count : 0
        let trailing = bytes.reversed().prefix { $0 == UInt8(ascii: "0") }.count
        if let multiplier = Self.power(leading), bytes.count > leading + 1, !Self.isDigit(bytes[leading + 1]) {
            self.init(name: String(decoding: bytes.dropFirst(leading + 1), as: UTF8.self), multiplier: multiplier)
        } else if let multiplier = Self.power(trailing), bytes.count > trailing + 1,
            bytes[bytes.count - trailing - 1] == UInt8(ascii: "1"), !Self.isDigit(bytes[bytes.count - trailing - 2])
        {
            self.init(name: String(decoding: bytes.dropLast(trailing + 1), as: UTF8.self), multiplier: multiplier)
        } else {
            self.init(name: listed, multiplier: 1)
        }
    }

    private init(name: String, multiplier: Int64) {
        self.name = name
        self.multiplier = multiplier
    }

    /// Ten to the number of zeros, for a thousand to a thousand million.
    private static func power(_ zeros: Int) -> Int64? {
        (3...9).contains(zeros) ? (0..<zeros).reduce(1) { power, _ in power * 10 } : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
