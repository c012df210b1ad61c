package import NIOCore

/// One command with its arguments, any bytes.
package struct RedisCommand: Sendable {
    /// How the server of a cluster is found that answers.
    package enum Route: Hashable, Sendable {
        /// The first argument is the key, as with most commands.
        case firstArgument
        case key(String)
        /// Any will do.
        case anywhere
    }

    /// As it is sent.
    let encoded: ByteBuffer
    /// Nil: any server.
    let slot: Int?

    package init(_ name: String, _ arguments: [any RedisArgument] = [], route: Route = .firstArgument) {
        var encoded = ByteBuffer()
        encoded.writeString("*\(arguments.count + 1)\r\n")
        encoded.writeBulk(ByteBuffer(string: name))
        let arguments = arguments.map(\.redisBytes)
        for argument in arguments { encoded.writeBulk(argument) }
        self.encoded = encoded
        slot =
            switch route {
            case .firstArgument: arguments.first.map { RedisSlot.of($0.readableBytesView) }
            case .key(let key): RedisSlot.of(key.utf8)
            case .anywhere: nil
            }
    }
}

/// What can be sent as an argument.
package protocol RedisArgument: Sendable {
    var redisBytes: ByteBuffer { get }
}

extension String: RedisArgument {
    package var redisBytes: ByteBuffer { ByteBuffer(string: self) }
}

extension Int: RedisArgument {
    package var redisBytes: ByteBuffer { ByteBuffer(string: String(self)) }
}

extension ByteBuffer: RedisArgument {
    package var redisBytes: ByteBuffer { self }
}

extension ByteBuffer {
    fileprivate mutating func writeBulk(_ bytes: ByteBuffer) {
        writeString("$\(bytes.readableBytes)\r\n")
        writeImmutableBuffer(bytes)
        writeString("\r\n")
    }
}
