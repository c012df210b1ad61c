package import Crypto
import Foundation

/// A key that access tokens are signed with, and the one header that such tokens have, byte for byte.
///
/// The algorithm belongs to the key, never to the token: a public key cannot be taken for a secret, and a token that
/// names another algorithm, another key or anything else in its header has a header that no key has.
package struct TokenKey: Sendable {
    private enum Algorithm: Sendable {
        /// RFC 7518, 3.2.
        case hmac(SymmetricKey)
        /// RFC 8037; the private half is missing where the operator's `ENCRYPTION_KEY` cannot open it.
        case ed25519(Curve25519.Signing.PublicKey, Curve25519.Signing.PrivateKey?)
    }

    /// `kid`; empty for the one secret of HS256.
    package let id: String
    /// The header in Base64 and the dot after it.
    package let header: String
    /// Characters of a signature in Base64 without padding.
    let signatureLength: Int
    private let algorithm: Algorithm

    /// RFC 7518, 3.2: a key as long as the hash or longer.
    package static let minimumSecretBytes = 32

    /// HS256 with a secret; nil when it has fewer than 32 bytes.
    package init?(secret: Secret) {
        let bytes = Array(secret.reveal().utf8)
        guard bytes.count >= Self.minimumSecretBytes else { return nil }
        id = ""
        header = Self.encoded(#"{"alg":"HS256","typ":"JWT"}"#) + "."
        signatureLength = 43
        algorithm = .hmac(SymmetricKey(data: bytes))
    }

    /// Ed25519 with what of it is known.
    package init(publicKey: Curve25519.Signing.PublicKey, privateKey: Curve25519.Signing.PrivateKey?) {
        id = Self.thumbprint(publicKey)
        header = Self.encoded(#"{"alg":"EdDSA","kid":"\#(id)","typ":"JWT"}"#) + "."
        signatureLength = 86
        algorithm = .ed25519(publicKey, privateKey)
    }

    /// The public half, 32 bytes; nil for a secret, which has none.
    var publicKey: [UInt8]? {
        guard case .ed25519(let key, _) = algorithm else { return nil }
        return Array(key.rawRepresentation)
    }

    var canSign: Bool {
        switch algorithm {
        case .hmac: true
        case .ed25519(_, let key): key != nil
        }
    }

    /// The signature in Base64.
    func signature(of bytes: some Collection<UInt8> & ContiguousBytes) throws -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(signatureLength)
        switch algorithm {
        case .hmac(let key):
            bytes.withUnsafeBytes { bytes in
                HMAC<SHA256>.authenticationCode(for: bytes, using: key).withUnsafeBytes {
                    Base64URL.encode($0, into: &text)
                }
            }
        case .ed25519(_, let key):
            guard let key else { throw TokenKeyError.privateKeyMissing(id: id) }
            Base64URL.encode(try key.signature(for: Data(bytes)), into: &text)
        }
        return text
    }

    /// Whether the text is the signature of the bytes, in its only spelling.
    func isSignature(_ text: UnsafeBufferPointer<UInt8>, of bytes: UnsafeRawBufferPointer) -> Bool {
        switch algorithm {
        case .hmac(let key):
            // Comparing texts, not bytes, leaves one spelling per signature.
            var expected: [UInt8] = []
            expected.reserveCapacity(signatureLength)
            HMAC<SHA256>.authenticationCode(for: bytes, using: key).withUnsafeBytes {
                Base64URL.encode($0, into: &expected)
            }
            return constantTimeEqual(expected, text)
        case .ed25519(let key, _):
            // Nothing here is secret. The decoder takes one spelling, the check one form of the two numbers.
            guard let signature = Base64URL.decode(text), signature.count == 64 else { return false }
            return key.isValidSignature(signature, for: bytes)
        }
    }

    private static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        Base64URL.encode(Array(text.utf8), into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// RFC 7638 over RFC 8037's required members; the first 128 bits name a key well enough.
    private static func thumbprint(_ key: Curve25519.Signing.PublicKey) -> String {
        let member = encoded(key.rawRepresentation)
        let digest = SHA256.hash(data: Data(#"{"crv":"Ed25519","kty":"OKP","x":"\#(member)"}"#.utf8))
        return encoded(digest.prefix(16))
    }

    private static func encoded(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        Base64URL.encode(bytes, into: &text)
        return String(decoding: text, as: UTF8.self)
    }
}

/// Why no token can be issued.
package enum TokenKeyError: Error, Hashable, Sendable {
    /// The key's private half was sealed with another `ENCRYPTION_KEY`.
    case privateKeyMissing(id: String)
    /// No key may sign at this moment.
    case noSigningKey
}
