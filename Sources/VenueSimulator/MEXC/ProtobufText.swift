/// Writes protobuf's wire format field by field; messages within are written first and put in whole.
///
/// - Source: protobuf.dev, Encoding. Only what MEXC's frames need: varints, text, messages.
struct ProtobufText {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 128) {
        bytes.reserveCapacity(capacity)
    }

    mutating func integer(_ field: Int, _ value: Int64) {
        varint(UInt64(field) << 3)
        varint(UInt64(bitPattern: value))
    }

    mutating func text(_ field: Int, _ value: String) {
        delimited(field, value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    mutating func message(_ field: Int, _ message: ProtobufText) {
        delimited(field, message.bytes.count)
        bytes.append(contentsOf: message.bytes)
    }

    private mutating func delimited(_ field: Int, _ length: Int) {
        varint(UInt64(field) << 3 | 2)
        varint(UInt64(length))
    }

    private mutating func varint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }
}
