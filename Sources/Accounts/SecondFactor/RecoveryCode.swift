import Crypto
import Foundation

/// A code on paper that stands in for the authenticator app once: 80 random bits, `ABCD-EFGH-JKLM-NPQR`.
package struct RecoveryCode: Sendable {
    /// How many a user gets.
    package static let count = 10
    private static let byteCount = 10

    /// 16 letters and digits of Base32.
    private let secret: Secret

    /// A new one.
    package init() {
        secret = Secret(Base32.encode(randomBytes(Self.byteCount)))
    }

    /// What somebody typed: case, blanks and hyphens do not matter; nil when it can be no code.
    package init?(typed text: String) {
        guard text.utf8.count <= 64 else { return nil }
        let characters = text.uppercased().filter { $0 != "-" && !$0.isWhitespace }
        guard characters.count == Self.byteCount * 8 / 5,
            characters.utf8.allSatisfy({ (65...90).contains($0) || (50...55).contains($0) })
        else { return nil }
        secret = Secret(characters)
    }

    /// Four groups of four, for paper.
    package func reveal() -> String {
        let characters = Array(secret.reveal())
        return stride(from: 0, to: characters.count, by: 4)
            .map { String(characters[$0..<min($0 + 4, characters.count)]) }
            .joined(separator: "-")
    }

    /// What is kept of it: a plain hash, since 80 random bits cannot be searched.
    package var hash: String { Digest.hex(secret.reveal()) }
}
