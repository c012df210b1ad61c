/// `POST /api/v1/auth/refresh` and `POST /api/v1/auth/logout` of an app with `X-Client: native`.
public struct RefreshRequest: Codable, Hashable, Sendable {
    /// The newest refresh token.
    public var refreshToken: String

    /// Creates a request.
    public init(refreshToken: String) { self.refreshToken = refreshToken }
}

/// `GET /api/v1/user/sessions`.
public struct SessionList: Codable, Hashable, Sendable {
    /// The one used last first; an account has at most twenty.
    public var items: [SessionView]

    /// Creates a list.
    public init(items: [SessionView]) { self.items = items }
}

/// One signed-in device.
public struct SessionView: Codable, Hashable, Sendable {
    /// What the device called itself when it signed in.
    public struct Device: Codable, Hashable, Sendable {
        /// `Jane's phone`; null where it did not say.
        public var name: String?
        /// `ios`, `android`, `web`; null where it did not say.
        public var platform: String?

        /// Creates a device.
        public init(name: String?, platform: String?) {
            self.name = name
            self.platform = platform
        }

        /// Writes both fields, null where there is no value.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encodeOrNull(name, forKey: .name)
            try container.encodeOrNull(platform, forKey: .platform)
        }
    }

    /// A UUID.
    public var id: String
    /// The device.
    public var device: Device
    /// The address it was last used from.
    public var ip: String
    /// ISO 8601 UTC with milliseconds.
    public var createdAt: String
    /// ISO 8601 UTC with milliseconds.
    public var lastUsedAt: String
    /// Whether it is the one that asks.
    public var current: Bool

    /// Creates a session.
    public init(id: String, device: Device, ip: String, createdAt: String, lastUsedAt: String, current: Bool) {
        self.id = id
        self.device = device
        self.ip = ip
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.current = current
    }
}
