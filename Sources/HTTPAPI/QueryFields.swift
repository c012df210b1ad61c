import APIContract
import Hummingbird
import HummingbirdCore

/// Reads a request's query parameters one by one and keeps every complaint, as ``RequestFields`` does for a body.
struct QueryFields {
    private let parameters: FlatDictionary<Substring, Substring>
    private(set) var problems: [FieldProblem] = []

    init(_ request: Request) {
        parameters = request.uri.queryParameters
    }

    /// The one value of a parameter; a repeated one is a complaint.
    mutating func text(_ name: String) -> String? {
        let values = parameters[values: name[...]]
        guard values.count <= 1 else {
            complain(name, .duplicateField, "Give this parameter once.")
            return nil
        }
        return values.first.map(String.init)
    }

    /// One of the given values.
    mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String,
        of type: Value.Type = Value.self
    ) -> Value? where Value.RawValue == String {
        guard let text = text(name) else { return nil }
        guard let value = Value(rawValue: text) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            complain(name, .unknownValue, "Expected one of \(known).")
            return nil
        }
        return value
    }

    /// A whole number in ASCII digits within the range.
    mutating func integer(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let number = Int64(text), !text.hasPrefix("+") else {
            complain(name, .wrongType, "Expected a whole number.")
            return nil
        }
        guard range.contains(number) else {
            complain(name, .outOfRange, "Expected \(range.lowerBound) to \(range.upperBound).")
            return nil
        }
        return number
    }

    mutating func complain(_ name: String, _ code: FieldErrorCode, _ message: String) {
        problems.append(FieldProblem(field: name, code: code, message: message))
    }

    /// Ends the reading.
    ///
    /// - Throws: 422 with every complaint.
    func finish() throws(APIError) {
        guard problems.isEmpty else { throw .invalid(problems) }
    }
}
