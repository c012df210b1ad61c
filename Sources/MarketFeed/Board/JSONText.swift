import Markets

/// Appends JSON to UTF-8 bytes without strings, locales or reflection in between: this runs for every tick.
extension [UInt8] {
    /// Appends text that is JSON already.
    mutating func appendJSON(_ literal: StaticString) {
        literal.withUTF8Buffer { append(contentsOf: $0) }
    }

    /// Appends a decimal as the string that money travels in: `"67123.45"`.
    mutating func appendJSON(_ amount: FixedPoint) {
        append(UInt8(ascii: "\""))
        amount.write(to: &self)
        append(UInt8(ascii: "\""))
    }

    /// Appends a decimal string, or `null`.
    mutating func appendJSON(_ amount: FixedPoint?) {
        if let amount { appendJSON(amount) } else { appendJSON("null") }
    }

    mutating func appendJSON(_ flag: Bool) {
        if flag { appendJSON("true") } else { appendJSON("false") }
    }

    mutating func appendJSON(_ number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        appendDigits(number.magnitude, width: 1)
    }

    /// Appends a string with its quotes, escaped as RFC 8259 asks and no further: letters outside ASCII stay as they are.
    mutating func appendJSON(escaping text: String) {
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0..<0x20:
                appendJSON("\\u00")
                append(Self.hexDigit(byte >> 4))
                append(Self.hexDigit(byte & 15))
            default:
                append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }

    /// Appends at least `width` digits, with zeros in front.
    mutating func appendDigits(_ number: UInt64, width: Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { buffer in
            var rest = number
            var start = 20
            repeat {
                start -= 1
                buffer[start] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest != 0 || 20 - start < width
            append(contentsOf: UnsafeBufferPointer(rebasing: buffer[start...]))
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
