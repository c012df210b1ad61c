/// The device a client signs in from, as it describes itself.
public struct DeviceDescription: Codable, Hashable, Sendable {
    /// Shown in the list of sessions, at most 100 characters.
    public var name: String?
    /// `ios`, `android`, `web`, at most 40 characters.
    public var platform: String?
    /// Stable hints of the device, at most 200 characters.
    public var fingerprint: String?

    /// Creates a description.
    public init(name: String? = nil, platform: String? = nil, fingerprint: String? = nil) {
        self.name = name
        self.platform = platform
        self.fingerprint = fingerprint
    }
}

/// `POST /api/v1/auth/register`.
public struct RegisterRequest: Codable, Hashable, Sendable {
    /// The address, at most 255 bytes.
    public var email: String
    /// 10 to 128 characters of any script.
    public var password: String
    /// The device that registers.
    public var device: DeviceDescription?

    /// Creates a request.
    public init(email: String, password: String, device: DeviceDescription? = nil) {
        self.email = email
        self.password = password
        self.device = device
    }
}

/// `POST /api/v1/auth/login`.
public struct LoginRequest: Codable, Hashable, Sendable {
    /// The address.
    public var email: String
    /// The password.
    public var password: String
    /// The code of the authenticator app, where the second factor is on.
    public var totpCode: String?
    /// A recovery code in its place.
    public var recoveryCode: String?
    /// The device that signs in.
    public var device: DeviceDescription?

    /// Creates a request.
    public init(
        email: String,
        password: String,
        totpCode: String? = nil,
        recoveryCode: String? = nil,
        device: DeviceDescription? = nil
    ) {
        self.email = email
        self.password = password
        self.totpCode = totpCode
        self.recoveryCode = recoveryCode
        self.device = device
    }
}

/// What signing in gives.
public struct TokenPair: Codable, Hashable, Sendable {
    /// The bearer token, a JWT.
    public var accessToken: String
    /// Always `Bearer`.
    public var tokenType: String
    /// Seconds until the access token expires.
    public var expiresIn: Int
    /// Carries the session on, once; only in answers to an app with `X-Client: native`, browsers have it in a cookie.
    public var refreshToken: String?
    /// Seconds until the refresh token, or its cookie, expires.
    public var refreshExpiresIn: Int
    /// The account.
    public var user: UserProfile

    /// Creates a pair.
    public init(
        accessToken: String,
        expiresIn: Int,
        refreshToken: String?,
        refreshExpiresIn: Int,
        user: UserProfile
    ) {
        self.accessToken = accessToken
        self.tokenType = "Bearer"
        self.expiresIn = expiresIn
        self.refreshToken = refreshToken
        self.refreshExpiresIn = refreshExpiresIn
        self.user = user
    }
}

/// `GET /api/v1/user/me`.
public struct UserProfile: Codable, Hashable, Sendable {
    /// A UUID.
    public var id: String
    /// The address, in lower case.
    public var email: String
    /// `free`, `pro`, `premium` or `vip`.
    public var subscription: String
    /// ISO 8601 UTC with milliseconds; null where the subscription has no end.
    public var subscriptionExpiresAt: String?
    /// Whether a second factor is asked for at sign-in.
    public var totpEnabled: Bool
    /// ISO 8601 UTC with milliseconds.
    public var createdAt: String
    /// At most 80 characters.
    public var displayName: String?
    /// Share of the balance put at risk by one signal, in percent.
    public var riskPercent: Double?
    /// What the tier in force may do.
    public var entitlements: EntitlementsView

    /// Creates a profile.
    public init(
        id: String,
        email: String,
        subscription: String,
        subscriptionExpiresAt: String?,
        totpEnabled: Bool,
        createdAt: String,
        displayName: String?,
        riskPercent: Double?,
        entitlements: EntitlementsView
    ) {
        self.id = id
        self.email = email
        self.subscription = subscription
        self.subscriptionExpiresAt = subscriptionExpiresAt
        self.totpEnabled = totpEnabled
        self.createdAt = createdAt
        self.displayName = displayName
        self.riskPercent = riskPercent
        self.entitlements = entitlements
    }
}

extension UserProfile {
    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(email, forKey: .email)
        try container.encode(subscription, forKey: .subscription)
        try container.encodeOrNull(subscriptionExpiresAt, forKey: .subscriptionExpiresAt)
        try container.encode(totpEnabled, forKey: .totpEnabled)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encodeOrNull(displayName, forKey: .displayName)
        try container.encodeOrNull(riskPercent, forKey: .riskPercent)
        try container.encode(entitlements, forKey: .entitlements)
    }
}
