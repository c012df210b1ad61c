import Crypto
package import Foundation

/// Issues and checks access tokens: JSON web tokens signed with HMAC SHA-256, good for 15 minutes.
///
/// A token of ours has exactly one spelling: the header is a constant and the claims stand in a fixed order. So nothing
/// in it can steer the check (`alg`, `kid`, `jku`, `x5u`, `crit` …): a token is this header, our claims and our
/// signature, byte for byte, or it is refused. There is no JSON parser between a stranger and the signature.
package struct AccessTokens: Sendable {
    private let key: SymmetricKey
    private let lifetimeSeconds: Int64

    package static let issuer = "tradepulse"
    package static let audience = "tradepulse-api"
    /// Seconds a token lives.
    package static let lifetimeSeconds: Int64 = 900
    /// Seconds by which our machines' clocks may disagree about the moment a token begins; its end is never stretched.
    static let clockTolerance: Int64 = 5
    /// RFC 7518, 3.2: a key as long as the hash or longer.
    package static let minimumSecretBytes = 32

    /// Nil when the secret has fewer than 32 bytes.
    package init?(secret: Secret) {
        let bytes = Array(secret.reveal().utf8)
        guard bytes.count >= Self.minimumSecretBytes else { return nil }
        key = SymmetricKey(data: bytes)
        lifetimeSeconds = Self.lifetimeSeconds
    }

    /// A new token for the session.
    package func issue(for session: SessionKey, at now: Date, id: UUID = UUID()) -> AccessToken {
        let issued = Int64(now.timeIntervalSince1970.rounded(.down))
        let claims = AccessClaims(
            userID: session.userID,
            sessionID: session.sessionID,
            tokenID: id,
            issuedAt: issued,
            expiresAt: issued + lifetimeSeconds
        )
        var bytes = Array(Self.header.utf8)
        Base64URL.encode(claims.json, into: &bytes)
        let signature = Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
        bytes.append(UInt8(ascii: "."))
        Base64URL.encode(signature, into: &bytes)
        return AccessToken(text: String(decoding: bytes, as: UTF8.self), claims: claims)
    }

    /// The claims of a token of ours that is valid now.
    ///
    /// - Throws: ``AccountError/tokenExpired`` when it was valid once, ``AccountError/tokenInvalid`` for all else.
    package func verify(_ text: String, at now: Date) throws(AccountError) -> AccessClaims {
        guard text.utf8.count <= Self.maximumLength else { throw .tokenInvalid }
        let parsed = text.utf8.withContiguousStorageIfAvailable(signedClaims)
        guard let claims = parsed ?? Array(text.utf8).withUnsafeBufferPointer(signedClaims) else { throw .tokenInvalid }
        let seconds = Int64(now.timeIntervalSince1970.rounded(.down))
        guard claims.issuedAt <= seconds + Self.clockTolerance else { throw .tokenInvalid }
        guard claims.expiresAt > seconds else { throw .tokenExpired }
        return claims
    }

    /// `{"alg":"HS256","typ":"JWT"}` and the dot after it.
    package static let header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    /// Characters; ours have some 430.
    static let maximumLength = 512
    /// 32 bytes in Base64 without padding.
    private static let signatureLength = 43

    private func signedClaims(_ token: UnsafeBufferPointer<UInt8>) -> AccessClaims? {
        let payloadEnd = token.count - Self.signatureLength - 1
        guard payloadEnd > Self.header.utf8.count, token[payloadEnd] == UInt8(ascii: "."),
            token.starts(with: Self.header.utf8)
        else { return nil }
        let signed = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(token)[..<payloadEnd])
        // Comparing texts, not bytes, leaves one spelling per signature.
        var expected: [UInt8] = []
        expected.reserveCapacity(Self.signatureLength)
        HMAC<SHA256>.authenticationCode(for: signed, using: key).withUnsafeBytes {
            Base64URL.encode($0, into: &expected)
        }
        guard constantTimeEqual(expected, UnsafeBufferPointer(rebasing: token[(payloadEnd + 1)...])) else { return nil }
        let payload = UnsafeBufferPointer(rebasing: token[Self.header.utf8.count..<payloadEnd])
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
