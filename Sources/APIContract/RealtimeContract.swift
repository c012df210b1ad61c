/// A stream of messages a socket can subscribe to.
public enum ChannelName: String, Codable, CaseIterable, Sendable {
    /// The newest price of every symbol, conflated.
    case tickers
}

/// Why the server closed a socket; RFC 6455 leaves 4000 to 4999 to applications.
public enum CloseCode: UInt16, Codable, CaseIterable, Sendable {
    /// A message larger than the limit.
    case tooLarge = 1009
    /// The server restarts; the reason says when to come back.
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
