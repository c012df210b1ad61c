import CSimdJSON
import Markets

/// One value of a parsed document: a view into the parser's buffers, valid until the parser parses again.
struct VenueValue {
    /// Nil for a field that the object does not have.
    let raw: UnsafePointer<sj_value>?

    init(_ raw: UnsafePointer<sj_value>?) { self.raw = raw }

    /// Nil where there is no value.
    var type: sj_type? { raw?.pointee.type }

    var isAbsent: Bool { raw == nil }
    var isNull: Bool { type == SJ_NULL }
    var isObject: Bool { type == SJ_OBJECT }
    var isArray: Bool { type == SJ_ARRAY }

    /// The bytes of a text, without its escapes; nil for anything else.
    var utf8: UnsafeBufferPointer<UInt8>? {
        guard let raw, raw.pointee.type == SJ_STRING else { return nil }
        return UnsafeBufferPointer(start: raw.pointee.text, count: Int(raw.pointee.bits))
    }

    /// A copy of a text; nil for anything else.
    var text: String? { utf8.map { String(decoding: $0, as: UTF8.self) } }

    /// A whole number within 64 bits; nil for anything else.
    var integer: Int64? {
        guard let raw, raw.pointee.type == SJ_INTEGER else { return nil }
        return Int64(bitPattern: raw.pointee.bits)
    }

    /// A number written as one or as text, exact up to 15 digits where the venue writes a fraction or an exponent
    /// without quotes; nil for anything else.
    var decimal: FixedPoint? {
        if let utf8 { return FixedPoint(utf8: utf8) }
        guard let raw else { return nil }
        switch raw.pointee.type {
        case SJ_INTEGER: return FixedPoint(units: Int128(Int64(bitPattern: raw.pointee.bits)) * FixedPoint.one)
        case SJ_UNSIGNED: return FixedPoint(units: Int128(raw.pointee.bits) * FixedPoint.one)
        case SJ_DOUBLE: return FixedPoint(shortest: Double(bitPattern: raw.pointee.bits))
        default: return nil
        }
    }

    /// How many elements an array has; none for anything else.
    var count: Int {
        guard let raw, isArray else { return 0 }
        return Int(raw.pointee.count)
    }

    var flag: Bool? {
        guard let raw, raw.pointee.type == SJ_BOOL else { return nil }
        return raw.pointee.bits != 0
    }

    /// Whether it is exactly this text.
    func equals(_ text: StaticString) -> Bool { utf8?.equals(text) ?? false }

    /// Calls the body with each element in order; with none when it is not an array.
    func forEach<Failure: Error>(_ body: (VenueValue) throws(Failure) -> Void) throws(Failure) {
        guard let raw, isArray else { return }
        let end = raw.behind
        var element = raw + 1
        while element < end {
            try body(VenueValue(element))
            element = element.behind
        }
    }

    /// The first two elements of an array; nil for a shorter one and for anything else.
    var pair: (VenueValue, VenueValue)? {
        guard let raw, isArray, raw.pointee.count >= 2 else { return nil }
        let first = raw + 1
        return (VenueValue(first), VenueValue(first.behind))
    }
}

extension UnsafePointer<sj_value> {
    /// The value behind this one and all that is inside it.
    var behind: UnsafePointer<sj_value> {
        let isOpen = pointee.type == SJ_ARRAY || pointee.type == SJ_OBJECT
        return self + 1 + (isOpen ? Int(pointee.bits) : 0)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether the bytes are exactly this text.
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in 0..<count where self[index] != text.utf8Start[index] { return false }
        return true
    }
}
