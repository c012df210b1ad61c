/// A market's name in our spelling: base and quote in capitals, `BTCUSDT`; a perpetual is `BTCUSDT-PERP`.
///
/// Venues spell it otherwise (`BTC-USDT`, `BTC_USDT`, `btcusdt`); their adapters translate. Some venues list names with
/// letters outside ASCII, so letters and digits of every script are allowed, but nothing else.
@usableFromInline package struct Symbol: Hashable, Sendable {
    @usableFromInline package let text: String

    @usableFromInline package static let perpetualSuffix = "-PERP"
    /// Bytes of UTF-8; the schema's column holds as many characters.
    package static let maximumLength = 40

    /// Nil unless the text is letters and digits without lower-case ASCII, 2 to 40 bytes, `-PERP` at the end allowed.
    package init?(_ text: String) {
        let name = text.hasSuffix(Self.perpetualSuffix) ? text.dropLast(Self.perpetualSuffix.count) : Substring(text)
        guard name.utf8.count >= 2, text.utf8.count <= Self.maximumLength else { return nil }
        guard name.unicodeScalars.allSatisfy(Self.isAllowed) else { return nil }
        self.text = text
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) }
        return scalar.properties.isAlphabetic
    }

    @inlinable package var isPerpetual: Bool {
        // A sign that is neither letter nor digit stands nowhere else, so that this one byte tells.
        let utf8 = text.utf8
        let place = utf8.count - Self.perpetualSuffix.utf8.count
        return place > 0 && utf8[utf8.index(utf8.startIndex, offsetBy: place)] == UInt8(ascii: "-")
    }
}

extension Symbol: Comparable {
    @inlinable package static func < (left: Symbol, right: Symbol) -> Bool { left.text < right.text }
}

extension Symbol: CustomStringConvertible {
    @usableFromInline package var description: String { text }
}
