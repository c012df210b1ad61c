import Markets

/// Writes Binance's JSON byte by byte, in the venue's order of keys and with its eight decimals.
struct BinanceJSON {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    /// Text that is JSON already.
    mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }
    mutating func raw(_ other: BinanceJSON) { bytes.append(contentsOf: other.bytes) }

    mutating func integer(_ value: some BinaryInteger) { raw(String(value)) }

    mutating func bool(_ value: Bool) { raw(value ? "true" as StaticString : "false") }

    /// Symbols and assets are letters and digits, which need no escapes.
    mutating func name(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A number as text, `"61837.63000000"`, rounded half away from zero where there are more digits.
    mutating func decimal(_ value: FixedPoint, places: Int = 8) {
        bytes.append(UInt8(ascii: "\""))
        var divisor: UInt128 = 1
        for _ in places..<FixedPoint.places { divisor *= 10 }
        let (quotient, remainder) = value.units.magnitude.quotientAndRemainder(dividingBy: divisor)
        var digits = remainder >= divisor - remainder ? quotient + 1 : quotient
        if value.isNegative, digits != 0 { bytes.append(UInt8(ascii: "-")) }
        let end = bytes.count
        var written = 0
        repeat {
            if written == places, places > 0 { bytes.append(UInt8(ascii: ".")) }
            if let small = UInt64(exactly: digits) {
                bytes.append(UInt8(ascii: "0") + UInt8(small % 10))
                digits = UInt128(small / 10)
            } else {
                bytes.append(UInt8(ascii: "0") + UInt8(digits % 10))
                digits /= 10
            }
            written += 1
        } while digits != 0 || written <= places
        bytes[end...].reverse()
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func price(_ price: Price) { decimal(price.value) }
    mutating func quantity(_ quantity: Quantity) { decimal(quantity.value) }
    mutating func money(_ money: Money) { decimal(money.value) }

    /// Price and quantity of each level: `[["61837.63000000","0.02000000"],…]`.
    mutating func levels(_ levels: some Sequence<Level>) {
        raw("[")
        var isFirst = true
        for level in levels {
            raw(isFirst ? "[" as StaticString : ",[")
            isFirst = false
            price(level.price)
            raw(",")
            quantity(level.quantity)
            raw("]")
        }
        raw("]")
    }

    /// `[a,b,…]` of ready-made parts.
    mutating func array(_ parts: some Sequence<BinanceJSON>) {
        raw("[")
        var isFirst = true
        for part in parts {
            if !isFirst { raw(",") }
            isFirst = false
            raw(part)
        }
        raw("]")
    }
}
