/// A stream of messages a socket can subscribe to.
public enum ChannelName: String, Codable, CaseIterable, Sendable {
    /// The newest price of every symbol, conflated.
    case tickers
    /// Trading signals, and what becomes of them; later for some tiers.
    case signals
    /// Pumps, and what becomes of them.
    case pumps
    /// What the signed-in user is told.
    case notifications
}

/// Why the server closed a socket; RFC 6455 leaves 4000 to 4999 to applications.
public enum CloseCode: UInt16, Codable, CaseIterable, Sendable {
    /// A message larger than the limit.
    case tooLarge = 1009
    /// The server restarts; the reason says in how many milliseconds to come back.
    case restarting = 1012
    /// Not JSON, not an object, or not a known message.
    case badMessage = 4400
    /// The token is missing, wrong, expired or revoked.
    case unauthenticated = 4401
    /// The account or the address is blocked.
    case blocked = 4403
    /// The reader does not keep up.
    case tooSlow = 4408
    /// Too many messages, subscriptions or sockets.
    case tooMany = 4429
}

/// What is wrong with one message of a client; the socket stays open.
public enum RealtimeErrorCode: String, Codable, CaseIterable, Sendable {
    case channelUnknown = "channel_unknown"
    case symbolUnknown = "symbol_unknown"
    case fieldInvalid = "field_invalid"
    case unknownField = "unknown_field"
    case authenticationRequired = "authentication_required"
    case tierRequired = "tier_required"
    /// The server cannot read the channel now; try again.
    case unavailable
}

/// The server's first message, sent once the caller is known.
public struct WelcomeMessage: Codable, Hashable, Sendable {
    /// `welcome`.
    public var type = "welcome"
    /// Changes when sequences start anew.
    public var epoch: String
    /// Names this socket in the server's log.
    public var connectionId: String
    /// The server pings at this interval and expects an answer.
    public var heartbeatSeconds: Int
    /// `simulated` while any of the data comes from a simulated or replayed market, else `live`.
    public var state: String

    /// Creates a welcome.
    public init(epoch: String, connectionId: String, heartbeatSeconds: Int, state: String) {
        self.epoch = epoch
        self.connectionId = connectionId
        self.heartbeatSeconds = heartbeatSeconds
        self.state = state
    }
}

/// The answer to `subscribe`.
public struct SubscribedMessage: Codable, Hashable, Sendable {
    /// One channel subscribed to.
    public struct Channel: Codable, Hashable, Sendable {
        /// Its name.
        public var name: ChannelName
        /// What follows comes after this one; 0 for `tickers`, which has none: the newest of every symbol follows at once.
        public var sequence: Int64
        /// Whether everything since the position given in `resume` follows; else fetch what there is anew.
        public var recovered: Bool
        /// How much later than others the caller's tier hears this channel, in seconds; nil: not later.
        public var delaySeconds: Int?

        /// Creates a channel's answer.
        public init(name: ChannelName, sequence: Int64, recovered: Bool, delaySeconds: Int? = nil) {
            self.name = name
            self.sequence = sequence
            self.recovered = recovered
            self.delaySeconds = delaySeconds
        }
    }

    /// `subscribed`.
    public var type = "subscribed"
    /// The channels asked for.
    public var channels: [Channel]

    /// Creates an answer.
    public init(channels: [Channel]) { self.channels = channels }
}

/// Something that the user is told.
public struct NotificationMessage: Codable, Hashable, Sendable {
    /// `notification`.
    public var type = "notification"
    /// Its number among the user's notifications, without a hole.
    public var sequence: Int64
    /// Its own id.
    public var id: String
    /// A stable word such as `new_device`.
    public var notificationType: String
    /// A few words for people.
    public var title: String
    /// A sentence or two for people.
    public var message: String
    /// ISO 8601 UTC with milliseconds.
    public var createdAt: String

    /// Creates a message.
    public init(
        sequence: Int64,
        id: String,
        notificationType: String,
        title: String,
        message: String,
        createdAt: String
    ) {
        self.sequence = sequence
        self.id = id
        self.notificationType = notificationType
        self.title = title
        self.message = message
        self.createdAt = createdAt
    }
}

/// The answer to `unsubscribe`, or notice that the server ended a subscription.
public struct UnsubscribedMessage: Codable, Hashable, Sendable {
    /// `unsubscribed`.
    public var type = "unsubscribed"
    /// The channels that ended.
    public var channels: [ChannelName]
    /// Why, where the client did not ask for it.
    public var reason: String?

    /// Creates an answer.
    public init(channels: [ChannelName], reason: String? = nil) {
        self.channels = channels
        self.reason = reason
    }
}

/// What a client calls its ping: a text of at most 64 bytes or a whole number.
public enum PingID: Codable, Hashable, Sendable {
    /// `"a1"`.
    case text(String)
    /// `7`.
    case number(Int64)

    /// Reads a string or a whole number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int64.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    /// Writes what was read.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        }
    }
}

/// The answer to `POST /api/v1/ws/ticket`.
public struct SocketTicket: Codable, Hashable, Sendable {
    /// Opens `/ws?ticket=` once.
    public var ticket: String
    /// Seconds until it does so no more.
    public var expiresIn: Int

    /// Creates an answer.
    public init(ticket: String, expiresIn: Int) {
        self.ticket = ticket
        self.expiresIn = expiresIn
    }
}

/// The answer to `ping`.
public struct PongMessage: Codable, Hashable, Sendable {
    /// `pong`.
    public var type = "pong"
    /// The `id` of the ping, as it was sent.
    public var id: PingID?
    /// The server's clock, milliseconds since 1970.
    public var ts: Int64

    /// Creates an answer.
    public init(id: PingID?, ts: Int64) {
        self.id = id
        self.ts = ts
    }
}

/// Says that a message was understood as JSON but could not be acted on.
public struct RealtimeErrorMessage: Codable, Hashable, Sendable {
    /// `error`.
    public var type = "error"
    /// One of ``RealtimeErrorCode``.
    public var code: String
    /// A sentence for people.
    public var detail: String

    /// Creates an error.
    public init(code: RealtimeErrorCode, detail: String) {
        self.code = code.rawValue
        self.detail = detail
    }
}
