package import Foundation

/// Writes the contract's types as JSON, the same way wherever they leave the house.
package enum WireJSON {
    /// Encoders take no note of what they wrote before, so one serves all threads.
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        // Names in one order: equal answers are equal bytes, and a difference tells nobody anything.
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return encoder
    }()

    /// The value as UTF-8 text.
    package static func encode(_ value: some Encodable) -> Data {
        // Wire types hold text, finite numbers and nulls only, and those always encode.
        guard let bytes = try? encoder.encode(value) else { preconditionFailure("A wire type did not encode") }
        return bytes
    }
}
