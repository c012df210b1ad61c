import CSimdJSON
import Markets

/// One value of a parsed document: a view into the parser's buffers, valid until the parser parses again.
struct VenueValue {
    let raw: sj_value

    init(_ raw: sj_value) { self.raw = raw }

    var isAbsent: Bool { raw.type == SJ_ABSENT }
    var isNull: Bool { raw.type == SJ_NULL }
    var isObject: Bool { raw.type == SJ_OBJECT }
    var isArray: Bool { raw.type == SJ_ARRAY }

    /// The bytes of a text, without its escapes; nil for anything else.
    var utf8: UnsafeBufferPointer<UInt8>? {
        guard raw.type == SJ_STRING else { return nil }
        let start = raw.pointer?.assumingMemoryBound(to: UInt8.self)
        return UnsafeBufferPointer(start: start, count: Int(raw.bits))
    }

    /// A copy of a text; nil for anything else.
    var text: String? { utf8.map { String(decoding: $0, as: UTF8.self) } }

    /// A whole number within 64 bits; nil for anything else.
    var integer: Int64? { raw.type == SJ_INTEGER ? Int64(bitPattern: raw.bits) : nil }

    /// A number written as one or as text, exact up to 15 digits where the venue writes a fraction or an exponent
    /// without quotes; nil for anything else.
    var decimal: FixedPoint? {
        switch raw.type {
        case SJ_STRING: utf8.flatMap { FixedPoint(utf8: $0) }
        case SJ_INTEGER: FixedPoint(units: Int128(Int64(bitPattern: raw.bits)) * FixedPoint.one)
        case SJ_UNSIGNED: FixedPoint(units: Int128(raw.bits) * FixedPoint.one)
        case SJ_DOUBLE: FixedPoint(shortest: Double(bitPattern: raw.bits))
        default: nil
        }
    }

    /// How many elements an array has; none for anything else.
    var count: Int {
        var raw = raw
        return sj_count(&raw)
    }

    var flag: Bool? { raw.type == SJ_BOOL ? raw.bits != 0 : nil }

    /// Whether it is exactly this text.
    func equals(_ text: StaticString) -> Bool {
        guard let utf8, utf8.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { $0.elementsEqual(utf8) }
    }

    /// Calls the body with each element in order; with none when it is not an array.
    func forEach<Failure: Error>(_ body: (VenueValue) throws(Failure) -> Void) throws(Failure) {
        var raw = raw
        var cursor = sj_array_start(&raw)
        var element = sj_value()
        while sj_array_next(&cursor, &element) { try body(VenueValue(element)) }
    }
}
