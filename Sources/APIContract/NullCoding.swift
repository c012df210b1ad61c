extension KeyedEncodingContainer {
    /// Writes the value, or null: a field of the contract is never left out because it has no value.
    mutating func encodeOrNull(_ value: (some Encodable)?, forKey key: Key) throws {
        if let value { try encode(value, forKey: key) } else { try encodeNil(forKey: key) }
    }
}
