import APIContract
import StrictJSON

/// What a client says over its socket.
enum ClientMessage: Hashable, Sendable {
    case subscribe(SubscribeRequest)
    case unsubscribe(channels: [ChannelName])
    case ping(id: PingID?)
    case authenticate(token: String)

    /// A message that cannot be acted on.
    enum Refusal: Error, Hashable {
        /// Not JSON, not an object, no known `type`: the socket is closed with 4400.
        case bad(String)
        /// Understood but wrong: the client is told and the socket stays open.
        case invalid(RealtimeErrorCode, String)
    }

    static let maximumSymbols = 1_000

    /// Reads one text frame.
    init(_ bytes: [UInt8]) throws(Refusal) {
        let value: JSONValue
        do { value = try JSONParser.parse(bytes) } catch { throw .bad("not JSON") }
        guard let members = value.members else { throw .bad("not an object") }
        switch value["type"]?.text {
        case "subscribe":
            try Self.refuseUnknown(members, known: ["type", "channels", "symbols", "resume"])
            self = .subscribe(
                SubscribeRequest(
                    channels: try Self.channels(value),
                    symbols: try Self.symbols(value["symbols"]),
                    resume: try Self.resume(value["resume"])
                )
            )
        case "unsubscribe":
            try Self.refuseUnknown(members, known: ["type", "channels"])
            self = .unsubscribe(channels: try Self.channels(value))
        case "ping":
            try Self.refuseUnknown(members, known: ["type", "id"])
            self = .ping(id: try Self.pingID(value["id"]))
        case "auth":
            try Self.refuseUnknown(members, known: ["type", "token"])
            guard let token = value["token"]?.text else { throw .invalid(.fieldInvalid, "token must be a string.") }
            self = .authenticate(token: token)
        case .some: throw .bad("unknown type")
        case .none: throw .bad("no type")
        }
    }

    private static func refuseUnknown(_ members: [JSONMember], known: Set<String>) throws(Refusal) {
        guard let stranger = members.first(where: { !known.contains($0.name) }) else { return }
        throw .invalid(.unknownField, "The field \"\(stranger.name.prefix(64))\" is not known here.")
    }

    private static func channels(_ value: JSONValue) throws(Refusal) -> [ChannelName] {
        guard let items = value["channels"]?.items, !items.isEmpty, items.count <= 16 else {
            throw .invalid(.fieldInvalid, "channels must list 1 to 16 channels.")
        }
        var channels: [ChannelName] = []
        for item in items {
            guard let text = item.text, let channel = ChannelName(rawValue: text) else {
                throw .invalid(
                    .channelUnknown,
                    "There is no channel \(item.text.map { "\"\($0.prefix(64))\"" } ?? item.typeName)."
                )
            }
            if !channels.contains(channel) { channels.append(channel) }
        }
        return channels
    }

    private static func symbols(_ value: JSONValue?) throws(Refusal) -> [String]? {
        guard let value, value != .null else { return nil }
        guard let items = value.items, items.count <= maximumSymbols else {
            throw .invalid(.fieldInvalid, "symbols must list at most \(maximumSymbols) symbols.")
        }
        let texts = items.compactMap(\.text)
        guard texts.count == items.count else { throw .invalid(.fieldInvalid, "symbols must be strings.") }
        return texts
    }

    private static func resume(_ value: JSONValue?) throws(Refusal) -> SubscribeRequest.Resume? {
        guard let value, value != .null else { return nil }
        guard let members = value.members else { throw .invalid(.fieldInvalid, "resume must be an object.") }
        try refuseUnknown(members, known: ["epoch", "sequences"])
        guard let epoch = value["epoch"]?.text, let sequences = value["sequences"]?.members else {
            throw .invalid(.fieldInvalid, "resume must have an epoch and sequences.")
        }
        var positions: [ChannelName: Int64] = [:]
        for member in sequences {
            guard let channel = ChannelName(rawValue: member.name) else {
                throw .invalid(.channelUnknown, "There is no channel \"\(member.name.prefix(64))\".")
            }
            guard case .number(let text) = member.value, let position = Int64(text), position >= 0 else {
                throw .invalid(.fieldInvalid, "A sequence must be a whole number from 0 on.")
            }
            positions[channel] = position
        }
        return SubscribeRequest.Resume(epoch: epoch, positions: positions)
    }

    private static func pingID(_ value: JSONValue?) throws(Refusal) -> PingID? {
        switch value {
        case nil, .null: return nil
        case .string(let text) where text.utf8.count <= 64: return .text(text)
        case .number(let text):
            // `-0` would come back as `0`.
            if let number = Int64(text), text != "-0" { return .number(number) }
        default: break
        }
        throw .invalid(.fieldInvalid, "id must be a string of at most 64 bytes or a whole number of 64 bits.")
    }
}

/// A wish to hear channels.
struct SubscribeRequest: Hashable, Sendable {
    /// What a client has had.
    struct Resume: Hashable, Sendable {
        let epoch: String
        /// The last number of each channel; for `tickers` it means nothing, since the newest state follows at once.
        let positions: [ChannelName: Int64]
    }

    let channels: [ChannelName]
    /// Nil: all of them.
    let symbols: [String]?
    let resume: Resume?
}
