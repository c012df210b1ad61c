import Foundation

/// A JSON text that can be had with one place changed.
struct JSONDocument {
    /// Keys and array indices from the root on.
    typealias Path = [String]

    private let root: Any

    init(_ bytes: [UInt8]) throws { root = try JSONSerialization.jsonObject(with: Data(bytes)) }

    /// The places of everything that stands under a key.
    var fields: [Path] { Self.fields(of: root, at: []) }

    private static func fields(of value: Any, at path: Path) -> [Path] {
        if let object = value as? [String: Any] {
            return object.keys.sorted().flatMap { key -> [Path] in
                [path + [key]] + (object[key].map { fields(of: $0, at: path + [key]) } ?? [])
            }
        }
        guard let array = value as? [Any] else { return [] }
        return array.indices.flatMap { fields(of: array[$0], at: path + [String($0)]) }
    }

    /// The text with another value at the place; without the place where nil.
    func replacing(_ path: Path, with value: Any?) throws -> [UInt8] {
        try Self.bytes(Self.replaced(root, path[...], value) ?? root)
    }

    /// The text with one more field in every object.
    func adding(_ key: String, _ value: Any) throws -> [UInt8] { try Self.bytes(Self.added(root, key, value)) }

    private static func replaced(_ value: Any, _ path: ArraySlice<String>, _ new: Any?) -> Any? {
        guard let step = path.first else { return new }
        if var object = value as? [String: Any] {
            object[step] = object[step].flatMap { replaced($0, path.dropFirst(), new) }
            return object
        }
        guard var array = value as? [Any], let index = Int(step), array.indices.contains(index) else { return value }
        array[index] = replaced(array[index], path.dropFirst(), new) ?? NSNull()
        return array
    }

    private static func added(_ value: Any, _ key: String, _ new: Any) -> Any {
        if let object = value as? [String: Any] {
            return object.mapValues { added($0, key, new) }.merging([key: new]) { $1 }
        }
        return (value as? [Any]).map { $0.map { added($0, key, new) } } ?? value
    }

    private static func bytes(_ root: Any) throws -> [UInt8] {
        Array(try JSONSerialization.data(withJSONObject: root, options: [.sortedKeys, .withoutEscapingSlashes]))
    }
}
