import Crypto

/// A refresh token: 256 bits that nobody can guess, and that we keep no copy of.
struct RefreshToken: Hashable, Sendable {
    static let secretLength = 32
    /// Lets scanners of leaked secrets recognise one.
    static let prefix = "tpr_"

    let secret: [UInt8]

    init(secret: [UInt8]) { self.secret = secret }

    /// A new one out of nothing.
    init() { secret = Self.randomBytes(Self.secretLength) }

    /// Reads the only spelling a token has.
    init?(_ text: String) {
        guard text.utf8.count <= 64, text.hasPrefix(Self.prefix) else { return nil }
        guard let secret = Base64URL.decode(Array(text.utf8.dropFirst(Self.prefix.utf8.count))),
            secret.count == Self.secretLength
        else { return nil }
        self.secret = secret
    }

    /// `tpr_` and 43 characters.
    var text: String {
        var bytes = Array(Self.prefix.utf8)
        Base64URL.encode(secret, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    static func randomBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

extension RefreshToken: CustomStringConvertible {
    var description: String { Self.prefix + "********" }
}
