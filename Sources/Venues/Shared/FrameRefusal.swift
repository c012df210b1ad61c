/// Why a venue's message, or one row of it, was not taken; it names the field, never the bytes.
package struct FrameRefusal: Error, Hashable, Sendable {
    package enum Reason: String, CaseIterable, Hashable, Sendable {
        /// Longer than any message this venue sends.
        case tooLarge = "too_large"
        /// Nested deeper than any message this venue sends.
        case tooDeep = "too_deep"
        /// Not JSON or not UTF-8.
        case malformed
        /// JSON, but not of a shape that this venue sends.
        case shapeUnknown = "shape_unknown"
        /// An event type that we neither read nor leave out on purpose.
        case eventUnknown = "event_unknown"
        case fieldMissing = "field_missing"
        case fieldWrongType = "field_wrong_type"
        /// A number written as text that is not a plain decimal of at most 20 whole digits and 18 places.
        case decimalInvalid = "decimal_invalid"
        /// A price of zero, a negative volume, a time outside 2001 … 2286.
        case valueOutOfRange = "value_out_of_range"
        /// A market's name that our vocabulary has no room for.
        case symbolInvalid = "symbol_invalid"
        case intervalUnknown = "interval_unknown"
        /// Values that cannot be true together: a high below the low, a bid above the ask.
        case contradiction
    }

    package let reason: Reason
    /// The venue's name of the field at fault; nil when it is the whole message.
    package let field: String?

    package init(_ reason: Reason, field: String? = nil) {
        self.reason = reason
        self.field = field
    }

    init(fault: VenueParseFault) {
        switch fault {
        case .tooLarge: self.init(.tooLarge)
        case .tooDeep: self.init(.tooDeep)
        case .malformed, .outOfMemory: self.init(.malformed)
        }
    }
}

/// How often each reason occurred.
package struct RefusalCounts: Hashable, Sendable {
    private var counts: [FrameRefusal.Reason: Int] = [:]

    package init() {}

    package subscript(reason: FrameRefusal.Reason) -> Int { counts[reason, default: 0] }

    package var total: Int { counts.values.reduce(0, +) }

    package var byName: [String: Int] {
        Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
    }

    package mutating func add(_ refusal: FrameRefusal) { counts[refusal.reason, default: 0] += 1 }

    package mutating func add(_ others: RefusalCounts) { counts.merge(others.counts, uniquingKeysWith: +) }
}
