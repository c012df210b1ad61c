import CSimdJSON
import Markets

/// Takes the first elements of an array that stands for a row of a table; refusals name the column by its number.
struct VenueRow: ~Copyable {
    private let slots: UnsafeMutablePointer<UnsafePointer<sj_value>?>
    private let count: Int

    init(count: Int) {
        self.count = count
        slots = .allocate(capacity: count)
        slots.initialize(repeating: nil, count: count)
    }

    deinit { slots.deallocate() }

    /// False when the value is not an array of at least as many elements.
    mutating func read(_ value: VenueValue) -> Bool {
        guard value.count >= count, var element = value.raw.map({ $0 + 1 }) else { return false }
        for column in 0..<count {
            slots[column] = element
            element = element.behind
        }
        return true
    }

    /// A decimal written as text; zero or more, or above zero where asked.
    func decimal(_ column: Int, above isPositive: Bool = false) throws(FrameRefusal) -> FixedPoint {
        guard let utf8 = self[column].utf8 else { throw FrameRefusal(.fieldWrongType, field: String(column)) }
        guard let value = FixedPoint(utf8: utf8) else { throw FrameRefusal(.decimalInvalid, field: String(column)) }
        guard isPositive ? value.isPositive : !value.isNegative else {
            throw FrameRefusal(.valueOutOfRange, field: String(column))
        }
        return value
    }

    func integer(_ column: Int) throws(FrameRefusal) -> Int64 {
        guard let value = self[column].integer else { throw FrameRefusal(.fieldWrongType, field: String(column)) }
        return value
    }

    func time(_ column: Int) throws(FrameRefusal) -> MarketTime {
        guard let time = MarketTime(venueTime: try integer(column)) else {
            throw FrameRefusal(.valueOutOfRange, field: String(column))
        }
        return time
    }

    subscript(column: Int) -> VenueValue {
        precondition((0..<count).contains(column), "a row has the columns it was made for")
        return VenueValue(slots[column])
    }
}
