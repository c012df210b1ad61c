package import Foundation

/// Issues and checks access tokens: signed JSON web tokens, good for 15 minutes.
///
/// A token of ours has exactly one spelling: the header is a constant of its key and the claims stand in a fixed order.
/// So nothing in it can steer the check (`alg`, `kid`, `jku`, `x5u`, `crit` …): a token is the header of one of our
/// keys, our claims and that key's signature, byte for byte, or it is refused. There is no JSON parser between a
/// stranger and the signature.
package struct AccessTokens: Sendable {
    /// The keys in force.
    package let ring: KeyRing
    private let verified = VerifiedTokens(capacity: Self.rememberedTokens)

    package static let issuer = "tradepulse"
    package static let audience = "tradepulse-api"
    /// Seconds a token lives.
    package static let lifetimeSeconds: Int64 = 900
    /// Seconds by which our machines' clocks may disagree about the moment a token begins; its end is never stretched.
    static let clockTolerance: Int64 = 5
    /// Tokens whose signature is remembered at a time, some 150 bytes each.
    package static let rememberedTokens = 100_000

    package init(ring: KeyRing) { self.ring = ring }

    /// HS256 with one secret; nil when it has fewer than 32 bytes.
    package init?(secret: Secret) {
        guard let key = TokenKey(secret: secret) else { return nil }
        self.init(ring: KeyRing(secret: key))
    }

    /// A new token for the session.
    ///
    /// - Throws: ``TokenKeyError`` when no key can sign now.
    package func issue(for session: SessionKey, at now: Date, id: UUID = UUID()) throws -> AccessToken {
        let issued = Int64(now.timeIntervalSince1970.rounded(.down))
        let claims = AccessClaims(
            userID: session.userID,
            sessionID: session.sessionID,
            tokenID: id,
            issuedAt: issued,
            expiresAt: issued + Self.lifetimeSeconds
        )
        let key = try ring.signer(at: now)
        var bytes = Array(key.header.utf8)
        Base64URL.encode(claims.json, into: &bytes)
        let signature = try key.signature(of: bytes)
        bytes.append(UInt8(ascii: "."))
        bytes += signature
        return AccessToken(text: String(decoding: bytes, as: UTF8.self), claims: claims)
    }

    /// The claims of a token of ours that is valid now.
    ///
    /// - Throws: ``AccountError/tokenExpired`` when it was valid once, ``AccountError/tokenInvalid`` for all else.
    package func verify(_ text: String, at now: Date) throws(AccountError) -> AccessClaims {
        guard text.utf8.count <= Self.maximumLength else { throw .tokenInvalid }
        let parsed = text.utf8.withContiguousStorageIfAvailable { signedClaims($0, at: now) }
        guard let claims = parsed ?? Array(text.utf8).withUnsafeBufferPointer({ signedClaims($0, at: now) }) else {
            throw .tokenInvalid
        }
        let seconds = Int64(now.timeIntervalSince1970.rounded(.down))
        guard claims.issuedAt <= seconds + Self.clockTolerance else { throw .tokenInvalid }
        guard claims.expiresAt > seconds else { throw .tokenExpired }
        return claims
    }

    /// Characters; ours have up to some 530.
    static let maximumLength = 640

    private func signedClaims(_ token: UnsafeBufferPointer<UInt8>, at now: Date) -> AccessClaims? {
        guard let key = ring.key(of: token, at: now) else { return nil }
        let digest = VerifiedTokens.Digest(of: token)
        if let claims = verified.claims(of: digest) { return claims }
        guard let claims = checkedClaims(token, key) else { return nil }
        verified.remember(claims, of: digest)
        return claims
    }

    private func checkedClaims(_ token: UnsafeBufferPointer<UInt8>, _ key: TokenKey) -> AccessClaims? {
        let payloadEnd = token.count - key.signatureLength - 1
        let payloadStart = key.header.utf8.count
        guard payloadEnd > payloadStart, token[payloadEnd] == UInt8(ascii: ".") else { return nil }
        let signed = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(token)[..<payloadEnd])
        let signature = UnsafeBufferPointer(rebasing: token[(payloadEnd + 1)...])
        guard key.isSignature(signature, of: signed) else { return nil }
        let payload = UnsafeBufferPointer(rebasing: token[payloadStart..<payloadEnd])
        return Base64URL.decode(payload).flatMap { AccessClaims(json: $0) }
    }
}

/// A token for the wire, and when it ends.
package struct AccessToken: Sendable {
    /// The token itself; whoever has it is the user.
    package let text: String
    package let claims: AccessClaims
}

extension AccessToken: CustomStringConvertible {
    package var description: String { "AccessToken(\(claims.tokenID))" }
}
