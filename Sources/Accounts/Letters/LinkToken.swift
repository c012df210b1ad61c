/// What a link in a letter carries: 256 bits that nobody can guess, good once.
package struct LinkToken: Sendable {
    private let secret: Secret
    private static let byteCount = 32

    /// A new one.
    package init() {
        var text: [UInt8] = []
        Base64URL.encode(randomBytes(Self.byteCount), into: &text)
        secret = Secret(String(decoding: text, as: UTF8.self))
    }

    /// One that somebody sent; nil when it can be none of ours.
    package init?(_ text: String) {
        guard text.utf8.count == 43, Base64URL.decode(text.utf8)?.count == Self.byteCount else { return nil }
        secret = Secret(text)
    }

    package func reveal() -> String { secret.reveal() }

    /// What is kept of it.
    package var hash: String { Digest.hex(secret.reveal()) }
}

/// Why a link opens nothing: it was used, has run out, or was never ours; one answer for all.
package struct LinkInvalid: Error {}
