import Crypto
import Foundation

/// Seals what the database must hold but not know: one-time password secrets, letters that wait, signing keys.
///
/// AES-256-GCM with a key derived (HKDF-SHA256) from the operator's secret, one per purpose. A sealed text begins with
/// the id of its key, so that keys can be changed: new texts are sealed with the first secret, old ones opened with
/// whichever made them. What a text belongs to is authenticated with it: moved to another row, it does not open.
package struct SecretBox: Sendable {
    /// What a key is for; a text sealed for one purpose opens for no other.
    package enum Purpose: String, Sendable {
        case oneTimePassword = "totp"
        case letter
        case signingKey = "signing key"
        /// What signs the record of signals.
        case recordKey = "record key"
        /// What was answered to a request that may come again.
        case answer
    }

    private let secrets: [KeyedSecret]

    /// Nil when there is no secret, or one of fewer than 32 bytes.
    ///
    /// - Parameter secrets: the one in force first, then those it replaced.
    package init?(secrets: [Secret]) {
        guard !secrets.isEmpty, secrets.allSatisfy({ $0.reveal().utf8.count >= 32 }) else { return nil }
        self.secrets = secrets.map(KeyedSecret.init)
    }

    /// Hides the bytes, which belong to one row.
    ///
    /// - Parameters:
    ///   - bytes: what to hide.
    ///   - purpose: what for.
    ///   - owner: the row it belongs to.
    /// - Returns: `v1.<key id>.<nonce, cipher text and tag>`, the last in Base64 for URLs.
    /// - Throws: the library's error.
    package func seal(_ bytes: [UInt8], for purpose: Purpose, of owner: String) throws -> String {
        // The initialiser saw at least one.
        let secret = secrets[0]
        let box = try AES.GCM.seal(
            bytes,
            using: secret.key(for: purpose),
            authenticating: Self.context(purpose, owner)
        )
        var text = Array("v1.\(secret.id).".utf8)
        // With the standard nonce of 12 bytes there always is a combined form.
        Base64URL.encode(box.combined ?? Data(), into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes, or nil for a text that was changed, moved, sealed for something else or with a secret not given here.
    package func open(_ text: String, for purpose: Purpose, of owner: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "v1", let secret = secrets.first(where: { $0.id == parts[1] }),
            let combined = Base64URL.decode(parts[2].utf8), let box = try? AES.GCM.SealedBox(combined: combined),
            let bytes = try? AES.GCM.open(
                box,
                using: secret.key(for: purpose),
                authenticating: Self.context(purpose, owner)
            )
        else { return nil }
        return [UInt8](bytes)
    }

    /// Whether the text was sealed with a secret that has been replaced, and should be sealed anew.
    package func isOutdated(_ text: String) -> Bool { !text.hasPrefix("v1.\(secrets[0].id).") }

    private static func context(_ purpose: Purpose, _ owner: String) -> Data {
        Data("tradepulse \(purpose.rawValue) \(owner)".utf8)
    }
}

/// One of the operator's secrets with its public name.
private struct KeyedSecret {
    /// Eight hexadecimal digits that say nothing of the secret.
    let id: String
    private let material: SymmetricKey

    init(_ secret: Secret) {
        material = SymmetricKey(data: Array(secret.reveal().utf8))
        let name = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material,
            info: Data("tradepulse key id".utf8),
            outputByteCount: 4
        )
        id = name.withUnsafeBytes { $0.map { String(format: "%02x", $0) }.joined() }
    }

    func key(for purpose: SecretBox.Purpose) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material,
            info: Data("tradepulse key \(purpose.rawValue)".utf8),
            outputByteCount: 32
        )
    }
}
