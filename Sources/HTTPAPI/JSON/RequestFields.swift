import APIContract
import Foundation
import Markets
import StrictJSON

/// Reads the members of a request's body one by one and keeps every complaint, so that all wrong fields are named at once.
///
/// Each reader returns nil when the field is absent or wrong; ``finish()`` throws if anything was wrong or unknown.
struct RequestFields {
    private let members: [JSONMember]
    private let path: String
    private var known: Set<String> = []
    private(set) var problems: [FieldProblem] = []

    /// Most complaints that one answer lists.
    private static let maximumProblems = 50

    init(_ members: [JSONMember], path: String = "") {
        self.members = members
        self.path = path
    }

    /// Whether one of the names is there.
    func hasAny(of names: Set<String>) -> Bool { members.contains { names.contains($0.name) } }

    /// A text that must be there.
    mutating func text(_ name: String, characters: ClosedRange<Int>) -> String? {
        guard let text = optionalText(name, characters: characters) else {
            if value(name) == nil { complain(name, .required, "This field is required.") }
            return nil
        }
        return text
    }

    /// A text that may be left out or null.
    mutating func optionalText(_ name: String, characters: ClosedRange<Int>) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else {
            complain(name, .wrongType, "Expected a string, got \(value.typeName).")
            return nil
        }
        guard !text.unicodeScalars.contains("\0") else {
            complain(name, .malformed, "The character U+0000 is not allowed.")
            return nil
        }
        // Code points, as JSON Schema and the columns of the database count: what looks like one character may be many.
        let length = text.unicodeScalars.count
        guard length <= characters.upperBound else {
            complain(name, .tooLong, "At most \(characters.upperBound) characters.")
            return nil
        }
        guard length >= characters.lowerBound else {
            complain(name, .tooShort, "At least \(characters.lowerBound) characters.")
            return nil
        }
        return text
    }

    /// An object that may be left out or null; its own complaints join ours.
    mutating func optionalObject<Value>(_ name: String, read: (inout RequestFields) -> Value?) -> Value? {
        guard let value = value(name) else { return nil }
        guard case .object(let members) = value else {
            complain(name, .wrongType, "Expected an object, got \(value.typeName).")
            return nil
        }
        var inner = RequestFields(members, path: path + name + ".")
        let result = read(&inner)
        inner.refuseUnknown()
        problems += inner.problems
        return result
    }

    /// Objects in an array that may be left out or null; the complaints of each join ours, with its place.
    mutating func optionalObjects<Value>(
        _ name: String,
        atMost limit: Int,
        read: (inout RequestFields) -> Value?
    ) -> [Value] {
        guard let value = value(name) else { return [] }
        guard case .array(let elements) = value else {
            complain(name, .wrongType, "Expected an array, got \(value.typeName).")
            return []
        }
        guard elements.count <= limit else {
            complain(name, .tooLong, "At most \(limit) elements.")
            return []
        }
        var values: [Value] = []
        for (place, element) in elements.enumerated() {
            guard case .object(let members) = element else {
                complain("\(name)[\(place)]", .wrongType, "Expected an object, got \(element.typeName).")
                continue
            }
            var inner = RequestFields(members, path: "\(path)\(name)[\(place)].")
            if let value = read(&inner) { values.append(value) }
            inner.refuseUnknown()
            problems += inner.problems
        }
        return values
    }

    /// One of the given values, that must be there.
    mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String,
        of type: Value.Type = Value.self
    ) -> Value? where Value.RawValue == String {
        guard let text = text(name, characters: 0...64) else { return nil }
        guard let value = Value(rawValue: text) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            complain(name, .unknownValue, "Expected one of \(known).")
            return nil
        }
        return value
    }

    /// A decimal text above zero that must be there.
    mutating func amount(_ name: String, atMost limit: FixedPoint) -> FixedPoint? {
        if value(name) == nil { complain(name, .required, "This field is required.") }
        return optionalAmount(name, atMost: limit)
    }

    /// A decimal text above zero that may be left out or null.
    mutating func optionalAmount(_ name: String, atMost limit: FixedPoint) -> FixedPoint? {
        guard let text = optionalText(name, characters: 1...64) else { return nil }
        guard let value = FixedPoint(text) else {
            complain(name, .malformed, "Expected a plain decimal number.")
            return nil
        }
        guard value.isPositive, value <= limit else {
            complain(name, .outOfRange, "Expected more than 0 and at most \(limit).")
            return nil
        }
        return value
    }

    /// A text that may be left out (nil), or be null to take away what is there (the inner nil).
    mutating func clearableText(_ name: String, characters: ClosedRange<Int>) -> String?? {
        isNull(name) ? .some(nil) : optionalText(name, characters: characters).map { .some($0) }
    }

    /// A number with at most so many decimals, that may be left out (nil), or be null to take away what is there.
    mutating func clearableDecimal(_ name: String, in range: ClosedRange<Decimal>, places: Int) -> Decimal?? {
        if isNull(name) { return .some(nil) }
        guard let value = value(name) else { return nil }
        guard case .number(let text) = value else {
            complain(name, .wrongType, "Expected a number, got \(value.typeName).")
            return nil
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        // Digits alone: an exponent may stand for a number of any size.
        guard text.utf8.count <= 20, parts.count <= 2, parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }),
            parts.count == 1 || parts[1].count <= places, let number = Decimal(string: text), range.contains(number)
        else {
            complain(
                name,
                .outOfRange,
                "Expected \(range.lowerBound) to \(range.upperBound), at most \(places) decimals."
            )
            return nil
        }
        return number
    }

    /// Whether the member is there and null.
    private mutating func isNull(_ name: String) -> Bool {
        known.insert(name)
        return members.first { $0.name == name }?.value == .null
    }

    /// Whether one of the names was complained about.
    func hasProblem(with names: Set<String>) -> Bool { problems.contains { names.contains($0.field) } }

    mutating func complain(_ name: String, _ code: FieldErrorCode, _ message: String) {
        guard problems.count < Self.maximumProblems else { return }
        problems.append(FieldProblem(field: path + name, code: code, message: message))
    }

    /// Ends the reading.
    ///
    /// - Throws: 422 with every complaint.
    mutating func finish() throws(APIError) {
        refuseUnknown()
        guard problems.isEmpty else { throw .invalid(problems) }
    }

    /// The member, and null as absent; remembers that the name is known.
    private mutating func value(_ name: String) -> JSONValue? {
        known.insert(name)
        guard let value = members.first(where: { $0.name == name })?.value, value != .null else { return nil }
        return value
    }

    private mutating func refuseUnknown() {
        for member in members where !known.contains(member.name) {
            complain(String(member.name.prefix(64)), .unknownField, "This field is not known here.")
        }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
