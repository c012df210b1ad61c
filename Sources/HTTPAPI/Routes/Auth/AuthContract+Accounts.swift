import APIContract
import Accounts
import Addressing
import Foundation
import Guard
import HTTPTypes
import Hummingbird
import MarketFeed
import Markets

extension RequestOrigin {
    /// Where the request came from, as the audit keeps it; a longer agent is cut.
    init(_ request: Request, context: AppContext) {
        let agent = request.headers[.userAgent].map { String($0.prefix(512)) }
        self.init(
            address: context.client.description,
            userAgent: agent,
            hints: DeviceHints(userAgent: agent, platform: request.headers[.userAgentPlatform])
        )
    }
}

extension TokenPair {
    /// - Parameters:
    ///   - admission: what was handed out.
    ///   - showsRefreshToken: whether the client keeps the refresh token itself; a browser must never see it.
    init(_ admission: Admission, showsRefreshToken: Bool) {
        self.init(
            accessToken: admission.token.text,
            expiresIn: Int(admission.expiresIn),
            refreshToken: showsRefreshToken ? admission.refreshToken.reveal() : nil,
            refreshExpiresIn: Int(admission.refreshExpiresIn),
            user: UserProfile(admission.user, tier: admission.tier)
        )
    }
}

extension UserProfile {
    /// The tier shown is the one in force now, not the one once bought.
    init(_ user: User, tier: Tier) {
        self.init(
            id: user.id.uuidString.lowercased(),
            email: user.email.text,
            subscription: tier.rawValue,
            subscriptionExpiresAt: user.subscriptionExpiresAt?.wireText,
            totpEnabled: user.isTOTPEnabled,
            createdAt: user.createdAt.wireText,
            displayName: user.displayName,
            riskPercent: user.riskPercent.map { NSDecimalNumber(decimal: $0).doubleValue },
            entitlements: EntitlementsView(.of(tier))
        )
    }
}

extension EntitlementsView {
    init(_ entitlements: Entitlements) {
        self.init(
            channels: entitlements.channels.map(\.rawValue).sorted(),
            signalDelaySeconds: entitlements.signalDelaySeconds,
            aiRequestsPerDay: entitlements.aiRequestsPerDay,
            sockets: entitlements.sockets,
            requestAllowance: entitlements.requestAllowance
        )
    }
}

extension SessionView {
    init(_ session: Session, current: UUID) {
        self.init(
            id: session.key.sessionID.uuidString.lowercased(),
            device: Device(name: session.device.name, platform: session.device.platform),
            ip: session.address,
            createdAt: session.createdAt.wireText,
            lastUsedAt: session.lastUsedAt.wireText,
            current: session.key.sessionID == current
        )
    }
}

extension Date {
    /// ISO 8601 UTC with milliseconds, as every instant on the wire.
    var wireText: String {
        // Stored instants are whole microseconds, so rounding takes back what the binary fraction lost.
        MarketTime(milliseconds: Int64((timeIntervalSince1970 * 1000).rounded())).iso8601
    }
}

extension UUID {
    /// The 128 bits in two numbers.
    var halves: (high: UInt64, low: UInt64) {
        let bytes = withUnsafeBytes(of: uuid) { Array($0) }
        return (
            bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) },
            bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
        )
    }
}
