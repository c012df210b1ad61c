/// `GET /.well-known/jwks.json`: RFC 7517.
public struct JSONWebKeySet: Codable, Hashable, Sendable {
    /// Newest first; those whose tokens may still be alive among them.
    public var keys: [JSONWebKey]

    /// Creates a set.
    public init(keys: [JSONWebKey]) { self.keys = keys }
}

/// A public key of ours: Ed25519, RFC 8037.
public struct JSONWebKey: Codable, Hashable, Sendable {
    /// `OKP`.
    public var kty: String
    /// `Ed25519`.
    public var crv: String
    /// `EdDSA`.
    public var alg: String
    /// `sig`.
    public var use: String
    /// The `kid` of the tokens that it signed.
    public var kid: String
    /// The key: 32 bytes in Base64 for URLs.
    public var x: String

    /// Creates a key.
    public init(id: String, x: String) {
        kty = "OKP"
        crv = "Ed25519"
        alg = "EdDSA"
        use = "sig"
        kid = id
        self.x = x
    }
}
