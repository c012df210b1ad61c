import Markets

/// Whole numbers and times that a venue writes as text, and decimals that it may leave empty.
extension VenueFields {
    /// A whole number written as text.
    func integerText(_ name: Name) throws(FrameRefusal) -> Int64 {
        guard let value = Int64(utf8: try utf8(name)) else { throw FrameRefusal(.fieldWrongType, field: name.key) }
        return value
    }

    /// An instant in milliseconds, written as text.
    func timeText(_ name: Name) throws(FrameRefusal) -> MarketTime {
        guard let time = MarketTime(venueTime: try integerText(name)) else {
            throw FrameRefusal(.valueOutOfRange, field: name.key)
        }
        return time
    }

    /// Whether the venue gave nothing: no such field, null, or an empty text.
    func isVacant(_ name: Name) -> Bool {
        let value = self[name]
        return value.isAbsent || value.isNull || value.utf8?.isEmpty == true
    }

    /// A decimal, or nil where the venue gave nothing.
    func decimalIfAny(_ name: Name) throws(FrameRefusal) -> FixedPoint? {
        isVacant(name) ? nil : try decimal(name)
    }

    /// A decimal of zero or more, or nil where the venue gave nothing.
    func nonNegativeIfAny(_ name: Name) throws(FrameRefusal) -> FixedPoint? {
        isVacant(name) ? nil : try nonNegative(name)
    }

    /// An instant written as text; nil where the venue gave nothing or zero, its word for never.
    func timeTextIfAny(_ name: Name) throws(FrameRefusal) -> MarketTime? {
        if isVacant(name) || self[name].equals("0") { return nil }
        return try timeText(name)
    }
}

extension Int64 {
    /// Reads `-?digits`, the whole of it or nothing; nil outside 64 bits.
    init?(utf8 bytes: UnsafeBufferPointer<UInt8>) {
        let isNegative = bytes.first == UInt8(ascii: "-")
        let digits = bytes.dropFirst(isNegative ? 1 : 0)
        guard (1...19).contains(digits.count) else { return nil }
        var magnitude: UInt64 = 0
        for byte in digits {
            let digit = byte &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            // Nineteen digits stay below 10¹⁹, which 64 bits hold.
            magnitude = magnitude * 10 + UInt64(digit)
        }
        guard let value = Int64(exactly: magnitude) else { return nil }
        self = isNegative ? -value : value
    }
}
