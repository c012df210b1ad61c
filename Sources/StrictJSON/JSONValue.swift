/// A parsed JSON text.
///
/// Numbers keep their digits as text, so nothing passes through a binary fraction.
package enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])

    package var typeName: String {
        switch self {
        case .null: "null"
        case .boolean: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

/// One name and value of an object, in the order written.
package struct JSONMember: Hashable, Sendable {
    package var name: String
    package var value: JSONValue
}

extension JSONValue {
    /// The members, if this is an object.
    package var members: [JSONMember]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The text, if this is a string.
    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The items, if this is an array.
    package var items: [JSONValue]? {
        if case .array(let items) = self { items } else { nil }
    }

    /// The value of that name, if this is an object that has it.
    package subscript(name: String) -> JSONValue? {
        members?.first { $0.name == name }?.value
    }
}
