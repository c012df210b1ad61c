import Crypto
import Foundation

/// What hashes refresh tokens, derives each from its parent, and makes devices comparable without keeping them.
///
/// A child is the HMAC of its parent's secret and a nonce of its own. So a lost answer can be given again, the very same
/// token, and ten requests at once with one token get one child. Nobody can foresee it: it takes the parent, which only
/// the client has, the nonce, which only the database has, and the key, which only the program has.
package struct SessionKeys: Sendable {
    private let hashing: SymmetricKey
    private let deriving: SymmetricKey
    private let devices: SymmetricKey

    package static let minimumSecretBytes = 32
    static let nonceLength = 32

    /// Nil when the secret has fewer than 32 bytes.
    ///
    /// - Parameter secret: changing it signs every device out.
    package init?(secret: Secret) {
        let bytes = Array(secret.reveal().utf8)
        guard bytes.count >= Self.minimumSecretBytes else { return nil }
        let input = SymmetricKey(data: bytes)
        func key(_ purpose: String) -> SymmetricKey {
            let info = Data("tradepulse \(purpose)".utf8)
            return HKDF<SHA256>.deriveKey(inputKeyMaterial: input, info: info, outputByteCount: 32)
        }
        hashing = key("refresh token hash")
        deriving = key("refresh token child")
        devices = key("device hash")
    }

    /// What the database keeps of a token.
    func hash(_ token: RefreshToken) -> String {
        var text: [UInt8] = []
        Base64URL.encode(HMAC<SHA256>.authenticationCode(for: token.secret, using: hashing), into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    func child(of parent: RefreshToken, nonce: [UInt8]) -> RefreshToken {
        RefreshToken(secret: Array(HMAC<SHA256>.authenticationCode(for: parent.secret + nonce, using: deriving)))
    }

    /// What is kept of a device of this user; the same device of another user has another hash.
    func deviceHash(_ device: ClientDevice, _ hints: DeviceHints, of user: UUID) -> [UInt8] {
        guard let fingerprint = device.fingerprint else { return hintsHash(hints, of: user) }
        return hash("fingerprint", fingerprint, of: user)
    }

    func hintsHash(_ hints: DeviceHints, of user: UUID) -> [UInt8] { hash("hints", hints.text, of: user) }

    private func hash(_ kind: String, _ text: String, of user: UUID) -> [UInt8] {
        let bytes = Data("\(kind)\n\(user.uuidString)\n\(text)".utf8)
        return Array(HMAC<SHA256>.authenticationCode(for: bytes, using: devices))
    }
}
