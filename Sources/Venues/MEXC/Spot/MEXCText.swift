import Markets

/// Reads the texts of a protobuf message, where an absent one is empty.
enum MEXCText {
    static func decimal(_ text: String, _ field: String) throws(FrameRefusal) -> FixedPoint {
        guard !text.isEmpty else { throw FrameRefusal(.fieldMissing, field: field) }
        guard let value = FixedPoint(text) else { throw FrameRefusal(.decimalInvalid, field: field) }
        guard !value.isNegative else { throw FrameRefusal(.valueOutOfRange, field: field) }
        return value
    }

    static func price(_ text: String, _ field: String) throws(FrameRefusal) -> Price {
        let value = try decimal(text, field)
        guard value.isPositive else { throw FrameRefusal(.valueOutOfRange, field: field) }
        return Price(value)
    }

    static func quantity(_ text: String, _ field: String) throws(FrameRefusal) -> Quantity {
        Quantity(try decimal(text, field))
    }

    /// A number that the venue writes as text.
    static func version(_ text: String, _ field: String) throws(FrameRefusal) -> Int64 {
        guard !text.isEmpty else { throw FrameRefusal(.fieldMissing, field: field) }
        guard let version = Int64(text), version >= 0 else { throw FrameRefusal(.fieldWrongType, field: field) }
        return version
    }

    /// Milliseconds; an absent time is zero.
    static func time(_ milliseconds: Int64, _ field: String) throws(FrameRefusal) -> MarketTime {
        guard let time = MarketTime(venueTime: milliseconds) else {
            throw FrameRefusal(milliseconds == 0 ? .fieldMissing : .valueOutOfRange, field: field)
        }
        return time
    }
}
