/// Lists as one-dimensional PostgreSQL arrays: `{"a","b",NULL}`.
///
/// A list of bytes is the exception: `[UInt8]` is `bytea`, since PostgreSQL has no one-byte number.
extension Array: PostgresEncodable where Element: PostgresEncodable {
    package var postgresValue: PostgresValue {
        // The type is asked for too: an empty list of anything passes for a list of bytes.
        if Element.self == UInt8.self, let bytes = self as? [UInt8] { return PostgresBytes(bytes).postgresValue }
        var text = "{"
        for (index, element) in enumerated() {
            if index > 0 { text += "," }
            switch element.postgresValue {
            case .null: text += "NULL"
            case .text(let element): appendQuoted(element, to: &text)
            case .unencodable(let reason): return .unencodable("element \(index + 1): \(reason)")
            }
        }
        return .text(text + "}")
    }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    package init?(postgresText: String) {
        if Element.self == UInt8.self {
            guard let bytes = PostgresBytes(postgresText: postgresText)?.bytes as? [Element] else { return nil }
            self = bytes
            return
        }
        guard let elements = ArrayText.parse(postgresText) else { return nil }
        self = []
        reserveCapacity(elements.count)
        for element in elements {
            guard let value = element.map({ Element(postgresText: $0) }) ?? Element.postgresNull else { return nil }
            append(value)
        }
    }
}

/// Only so that `[UInt8]` is a list of something that can be sent; alone, a byte is a small number.
extension UInt8: PostgresEncodable, PostgresDecodable {}

private func appendQuoted(_ element: String, to text: inout String) {
    text += "\""
    for scalar in element.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { text += "\\" }
        text.unicodeScalars.append(scalar)
    }
    text += "\""
}

/// The text form of an array.
enum ArrayText {
    /// The elements, nil for NULL; nil altogether for anything but an array of one dimension.
    static func parse(_ text: String) -> [String?]? {
        var rest = Array(text.utf8)[...]
        guard rest.popFirst() == UInt8(ascii: "{") else { return nil }
        if rest.first == UInt8(ascii: "}") { return rest.count == 1 ? [] : nil }
        var elements: [String?] = []
        while true {
            guard let element = parseElement(&rest) else { return nil }
            elements.append(element)
            switch rest.popFirst() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "}"): return rest.isEmpty ? elements : nil
            default: return nil
            }
        }
    }

    private static func parseElement(_ rest: inout ArraySlice<UInt8>) -> String?? {
        guard let first = rest.first, first != UInt8(ascii: "{") else { return nil }
        if first == UInt8(ascii: "\"") {
            rest.removeFirst()
            return parseQuoted(&rest).map { .some($0) }
        }
        let plain = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
        rest = rest.dropFirst(plain.count)
        let element = String(decoding: plain, as: UTF8.self)
        return element == "NULL" ? .some(nil) : .some(element)
    }

    private static func parseQuoted(_ rest: inout ArraySlice<UInt8>) -> String? {
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else { return nil }
                bytes.append(escaped)
            default: bytes.append(byte)
            }
        }
        return nil
    }
}
