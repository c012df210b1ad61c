package import NIOCore

/// Something that was published on a channel.
package struct RedisMessage: Hashable, Sendable {
    package let channel: String
    package let payload: ByteBuffer
}

/// What a server says without being asked.
enum RedisNews: Hashable {
    case message(RedisMessage)
    /// We hear a channel no more, and did not ask for that.
    case unsubscribed

    /// Nil for what answers a command.
    init?(_ value: RedisValue) {
        guard let items = value.items, items.count == 3, let kind = items[0].text else { return nil }
        switch kind {
        case "message", "smessage":
            guard let channel = items[1].text, let payload = items[2].buffer else { return nil }
            self = .message(RedisMessage(channel: channel, payload: payload))
        case "unsubscribe", "sunsubscribe": self = .unsubscribed
        default: return nil
        }
    }
}
