import Markets

/// Writes a venue's JSON byte by byte, in the venue's order of keys and with its digits.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    /// Text that is JSON already.
    mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }
    mutating func raw(_ other: JSONText) { bytes.append(contentsOf: other.bytes) }

    mutating func integer(_ value: some BinaryInteger) {
        guard let small = UInt64(exactly: value) else { return raw(String(value)) }
        let start = bytes.count
        var digits = small
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digits % 10))
            digits /= 10
        } while digits != 0
        bytes[start...].reverse()
    }

    mutating func raw(utf8 text: [UInt8]) { bytes.append(contentsOf: text) }

    /// Takes the closing bracket off again.
    mutating func removeLast() { bytes.removeLast() }

    mutating func bool(_ value: Bool) { raw(value ? "true" as StaticString : "false") }

    /// Symbols and assets are letters and digits, which need no escapes.
    mutating func name(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: "\""))
    }

    /// The shortest exact number, `61837.63`, without quotes.
    mutating func bare(_ value: FixedPoint) { value.write(to: &bytes) }

    /// The shortest exact number as text, `"61837.63"`.
    mutating func plain(_ value: FixedPoint) {
        bytes.append(UInt8(ascii: "\""))
        value.write(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A whole number as text, `"1790358564077"`.
    mutating func quoted(_ value: Int64) {
        bytes.append(UInt8(ascii: "\""))
        integer(value)
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

    /// The same with the market's own digits.
    mutating func levels(_ levels: some Sequence<Level>, _ listing: Listing) {
        raw("[")
        var isFirst = true
        for level in levels {
            raw(isFirst ? "[" as StaticString : ",[")
            isFirst = false
            decimal(level.price.value, places: listing.pricePlaces)
            raw(",")
            decimal(level.quantity.value, places: listing.quantityPlaces)
            raw("]")
        }
        raw("]")
    }

    /// The same in shortest digits: `[["61837.63","0.02"],…]`.
    mutating func plain(levels: some Sequence<Level>) {
        raw("[")
        var isFirst = true
        for level in levels {
            raw(isFirst ? "[" as StaticString : ",[")
            isFirst = false
            plain(level.price.value)
            raw(",")
            plain(level.quantity.value)
            raw("]")
        }
        raw("]")
    }

    /// `[a,b,…]` of ready-made parts.
    mutating func array(_ parts: some Sequence<JSONText>) {
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
