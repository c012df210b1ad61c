/// A JSON value as a stretch of the bytes it came in, so that frames can be passed on exactly as they were recorded.
///
/// Checks the structure it walks over (brackets, strings, separators), not the spelling of numbers.
struct JSONSlice {
    /// Nesting that venues' frames never reach.
    private static let deepest = 32

    let bytes: ArraySlice<UInt8>

    /// The whole text as one value; nil when it is not.
    init?(_ text: [UInt8]) {
        var scanner = Scanner(bytes: text[...])
        scanner.skipBlanks()
        let start = scanner.bytes.startIndex
        guard scanner.skipValue(Self.deepest) else { return nil }
        bytes = text[start..<scanner.bytes.startIndex]
        scanner.skipBlanks()
        guard scanner.bytes.isEmpty else { return nil }
    }

    private init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    /// The value under a key of an object; nil when there is none, or this is no object.
    subscript(key: StaticString) -> JSONSlice? {
        let wanted = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        var found: JSONSlice?
        forEach(opening: "{") { name, value in
            if found == nil, name.elementsEqual(wanted) { found = value }
        }
        return found
    }

    /// The elements of an array; nil when it is none.
    var elements: [JSONSlice]? {
        guard bytes.first == UInt8(ascii: "[") else { return nil }
        var output: [JSONSlice] = []
        forEach(opening: "[") { _, value in output.append(value) }
        return output
    }

    /// A string's bytes between its quotes; nil when it is none or holds an escape.
    var text: ArraySlice<UInt8>? {
        guard bytes.first == UInt8(ascii: "\""), !bytes.contains(UInt8(ascii: "\\")) else { return nil }
        return bytes.dropFirst().dropLast()
    }

    var string: String? { text.map { String(decoding: $0, as: UTF8.self) } }
    var integer: Int64? { Int64(String(decoding: bytes, as: UTF8.self)) }
    var bool: Bool? {
        bytes.elementsEqual("true".utf8) ? true : bytes.elementsEqual("false".utf8) ? false : nil
    }

    private func forEach(opening: Unicode.Scalar, _ body: (ArraySlice<UInt8>, JSONSlice) -> Void) {
        guard let first = bytes.first, first == UInt8(ascii: opening) else { return }
        var scanner = Scanner(bytes: bytes.dropFirst())
        while true {
            scanner.skipBlanks()
            var name = ArraySlice<UInt8>()
            if opening == "{" {
                let start = scanner.bytes.startIndex
                guard scanner.skipString() else { return }
                name = bytes[start + 1..<scanner.bytes.startIndex - 1]
                scanner.skipBlanks()
                guard scanner.take(":") else { return }
                scanner.skipBlanks()
            }
            let start = scanner.bytes.startIndex
            guard scanner.skipValue(Self.deepest) else { return }
            body(name, JSONSlice(bytes: bytes[start..<scanner.bytes.startIndex]))
            scanner.skipBlanks()
            guard scanner.take(",") else { return }
        }
    }
}

/// Walks over JSON from the front.
private struct Scanner {
    var bytes: ArraySlice<UInt8>

    mutating func skipBlanks() {
        while let byte = bytes.first, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            bytes.removeFirst()
        }
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard bytes.first == UInt8(ascii: scalar) else { return false }
        bytes.removeFirst()
        return true
    }

    mutating func skipString() -> Bool {
        guard take("\"") else { return false }
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "\"") { return true }
            if byte == UInt8(ascii: "\\"), bytes.popFirst() == nil { return false }
            if byte < 0x20 { return false }
        }
        return false
    }

    mutating func skipValue(_ depth: Int) -> Bool {
        guard depth > 0, let first = bytes.first else { return false }
        switch first {
        case UInt8(ascii: "\""): return skipString()
        case UInt8(ascii: "{"): return skipMembers(depth, closing: "}", named: true)
        case UInt8(ascii: "["): return skipMembers(depth, closing: "]", named: false)
        default:
            let rest = bytes.drop { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2B
                    || byte == 0x2E || byte == 0x45
            }
            defer { bytes = rest }
            return rest.startIndex > bytes.startIndex
        }
    }

    private mutating func skipMembers(_ depth: Int, closing: Unicode.Scalar, named: Bool) -> Bool {
        bytes.removeFirst()
        skipBlanks()
        if take(closing) { return true }
        while true {
            skipBlanks()
            if named {
                guard skipString() else { return false }
                skipBlanks()
                guard take(":") else { return false }
                skipBlanks()
            }
            guard skipValue(depth - 1) else { return false }
            skipBlanks()
            if take(closing) { return true }
            guard take(",") else { return false }
        }
    }
}
