import CSimdJSON
import Markets

/// The names of the fields that a decoder wants of one kind of object; raw values count from 0.
protocol VenueFieldName: CaseIterable, RawRepresentable<Int>, Sendable {
    /// The venue's word for it.
    var key: String { get }
}

/// Takes the wanted fields of an object in one call, and reads them with the refusals of a venue frame.
///
/// What it holds after ``read(_:)`` points into the parser's buffers and lasts until the parser parses again.
struct VenueFields<Name: VenueFieldName>: ~Copyable {
    private let keys: OpaquePointer
    private let slots: UnsafeMutablePointer<UnsafePointer<sj_value>?>

    init() {
        let names = Name.allCases.map { Array($0.key.utf8CString) }
        // One block of text and a pointer to each name in it, both alive for the call.
        let offsets = names.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
        let made = Array(names.joined()).withUnsafeBufferPointer { text in
            let pointers: [UnsafePointer<CChar>?] = offsets.dropLast().map { text.baseAddress?.advanced(by: $0) }
            return sj_keys_create(pointers, pointers.count)
        }
        guard let made else { preconditionFailure("no memory for field names, or more than 64") }
        keys = made
        slots = .allocate(capacity: names.count)
        slots.initialize(repeating: nil, count: names.count)
    }

    deinit {
        sj_keys_destroy(keys)
        slots.deallocate()
    }

    /// Takes the fields of the object; of anything that is not an object every field is absent.
    mutating func read(_ object: VenueValue) { sj_fields(object.raw, keys, slots) }

    subscript(name: Name) -> VenueValue { VenueValue(slots[name.rawValue]) }
}

extension VenueFields {
    /// A decimal number written as text.
    func decimal(_ name: Name) throws(FrameRefusal) -> FixedPoint {
        guard let utf8 = self[name].utf8 else { throw missingOrWrong(name) }
        guard let value = FixedPoint(utf8: utf8) else { throw FrameRefusal(.decimalInvalid, field: name.key) }
        return value
    }

    /// A decimal above zero.
    func positive(_ name: Name) throws(FrameRefusal) -> FixedPoint {
        let value = try decimal(name)
        guard value.isPositive else { throw FrameRefusal(.valueOutOfRange, field: name.key) }
        return value
    }

    /// A decimal of zero or more.
    func nonNegative(_ name: Name) throws(FrameRefusal) -> FixedPoint {
        let value = try decimal(name)
        guard !value.isNegative else { throw FrameRefusal(.valueOutOfRange, field: name.key) }
        return value
    }

    /// A number written as one or as text.
    func number(_ name: Name) throws(FrameRefusal) -> FixedPoint {
        let value = self[name]
        if let number = value.decimal { return number }
        guard value.type == SJ_STRING || value.type == SJ_DOUBLE else { throw missingOrWrong(name) }
        throw FrameRefusal(.decimalInvalid, field: name.key)
    }

    func integer(_ name: Name) throws(FrameRefusal) -> Int64 {
        guard let value = self[name].integer else { throw missingOrWrong(name) }
        return value
    }

    func flag(_ name: Name) throws(FrameRefusal) -> Bool {
        guard let value = self[name].flag else { throw missingOrWrong(name) }
        return value
    }

    func utf8(_ name: Name) throws(FrameRefusal) -> UnsafeBufferPointer<UInt8> {
        guard let value = self[name].utf8 else { throw missingOrWrong(name) }
        return value
    }

    func text(_ name: Name) throws(FrameRefusal) -> String {
        String(decoding: try utf8(name), as: UTF8.self)
    }

    /// An instant in milliseconds; one in microseconds (16 digits) is told apart by its size and shortened.
    func time(_ name: Name) throws(FrameRefusal) -> MarketTime {
        guard let time = MarketTime(venueTime: try integer(name)) else {
            throw FrameRefusal(.valueOutOfRange, field: name.key)
        }
        return time
    }

    private func missingOrWrong(_ name: Name) -> FrameRefusal {
        FrameRefusal(self[name].isAbsent ? .fieldMissing : .fieldWrongType, field: name.key)
    }
}
