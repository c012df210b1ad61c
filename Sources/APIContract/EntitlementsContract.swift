/// What the caller's tier may do; the server decides by it, a client may show it.
public struct EntitlementsView: Codable, Hashable, Sendable {
    /// WebSocket channels that may be subscribed to, in alphabetical order.
    public var channels: [String]
    /// Seconds after which a new signal is shown.
    public var signalDelaySeconds: Int
    /// Questions to the assistant in a day.
    public var aiRequestsPerDay: Int
    /// Sockets open at once.
    public var sockets: Int
    /// How many times the ordinary number of requests.
    public var requestAllowance: Int

    /// Creates entitlements.
    public init(
        channels: [String],
        signalDelaySeconds: Int,
        aiRequestsPerDay: Int,
        sockets: Int,
        requestAllowance: Int
    ) {
        self.channels = channels
        self.signalDelaySeconds = signalDelaySeconds
        self.aiRequestsPerDay = aiRequestsPerDay
        self.sockets = sockets
        self.requestAllowance = requestAllowance
    }
}
