package import NIOCore

/// What the server answered.
package enum RedisValue: Hashable, Sendable {
    case bytes(ByteBuffer)
    /// `OK`, `PONG`.
    case status(String)
    case integer(Int64)
    case array([RedisValue])
    case null
    /// A refusal inside of an array; where it is the whole answer, it is thrown.
    case failure(RedisServerFailure)
}

extension RedisValue {
    /// The bytes or the status.
    package var buffer: ByteBuffer? {
        switch self {
        case .bytes(let buffer): buffer
        case .status(let text): ByteBuffer(string: text)
        default: nil
        }
    }

    /// The same as text; what is not UTF-8 is repaired.
    package var text: String? { buffer.map { String(buffer: $0) } }

    package var integer: Int64? { if case .integer(let number) = self { number } else { nil } }

    package var items: [RedisValue]? { if case .array(let items) = self { items } else { nil } }
}
