/// `POST /api/v1/auth/2fa/setup`: what an authenticator app needs; shown once.
public struct TwoFactorSetup: Codable, Hashable, Sendable {
    /// Base32, for typing.
    public var secret: String
    /// The key URI that authenticator apps open.
    public var otpauthUrl: String
    /// The same as a QR code: a whole SVG document.
    public var qrSvg: String

    /// Creates a set-up.
    public init(secret: String, otpauthUrl: String, qrSvg: String) {
        self.secret = secret
        self.otpauthUrl = otpauthUrl
        self.qrSvg = qrSvg
    }
}

/// `POST /api/v1/auth/2fa/verify`: the second factor is on.
public struct TwoFactorEnabled: Codable, Hashable, Sendable {
    /// Always true.
    public var totpEnabled: Bool
    /// Ten codes that stand in for the app once each; shown once.
    public var recoveryCodes: [String]

    /// Creates an answer.
    public init(recoveryCodes: [String]) {
        totpEnabled = true
        self.recoveryCodes = recoveryCodes
    }
}

/// The answer of calls that send a mail, the same whether or not there is an account.
public struct MailSent: Codable, Hashable, Sendable {
    /// `verification_sent`, `reset_sent` or `session_ended`.
    public var status: String

    /// Creates an answer.
    public init(status: String) { self.status = status }
}

/// `POST /api/v1/auth/step-up`: the session counts as its owner's for a while.
public struct StepUp: Codable, Hashable, Sendable {
    /// Seconds.
    public var expiresIn: Int

    /// Creates an answer.
    public init(expiresIn: Int) { self.expiresIn = expiresIn }
}
