/// `GET /api/v1/signals/log/checkpoint`: what the record was at some moment, signed.
public struct SignalCheckpointView: Codable, Hashable, Sendable {
    /// `tradepulse/signals`.
    public var origin: String
    /// Leaves.
    public var size: Int64
    /// Hexadecimal.
    public var rootHash: String
    /// ISO 8601; what is signed holds the milliseconds since 1970.
    public var signedAt: String
    /// The first 16 hexadecimal digits of the SHA-256 of the public key.
    public var keyId: String
    /// Ed25519 over `origin`, `size`, `rootHash` and milliseconds, each with a line end; Base64.
    public var signature: String

    /// Creates one of all its fields.
    public init(
        origin: String,
        size: Int64,
        rootHash: String,
        signedAt: String,
        keyId: String,
        signature: String
    ) {
        self.origin = origin
        self.size = size
        self.rootHash = rootHash
        self.signedAt = signedAt
        self.keyId = keyId
        self.signature = signature
    }
}

/// `GET /api/v1/signals/log/inclusion/:id`: that a leaf is in the record (RFC 6962, 2.1.1).
public struct SignalInclusionView: Codable, Hashable, Sendable {
    /// `publication` or `outcome`.
    public var entry: String
    /// Its place in the record, from 0 on.
    public var leafIndex: Int64
    /// Hexadecimal.
    public var leafHash: String
    /// What was hashed, to the byte.
    public var content: String
    /// Leaves of the record that the proof leads to.
    public var size: Int64
    /// Hexadecimal.
    public var rootHash: String
    /// Hashes from the leaf up, hexadecimal.
    public var proof: [String]

    /// Creates one of all its fields.
    public init(
        entry: String,
        leafIndex: Int64,
        leafHash: String,
        content: String,
        size: Int64,
        rootHash: String,
        proof: [String]
    ) {
        self.entry = entry
        self.leafIndex = leafIndex
        self.leafHash = leafHash
        self.content = content
        self.size = size
        self.rootHash = rootHash
        self.proof = proof
    }
}

/// `GET /api/v1/signals/log/consistency`: that a later record goes on from an earlier one (RFC 6962, 2.1.2).
public struct SignalConsistencyView: Codable, Hashable, Sendable {
    /// The earlier size.
    public var from: Int64
    /// Hexadecimal.
    public var fromRootHash: String
    /// The later size.
    public var to: Int64
    /// Hexadecimal.
    public var toRootHash: String
    /// Hexadecimal.
    public var proof: [String]

    /// Creates one of all its fields.
    public init(
        from: Int64,
        fromRootHash: String,
        to: Int64,
        toRootHash: String,
        proof: [String]
    ) {
        self.from = from
        self.fromRootHash = fromRootHash
        self.to = to
        self.toRootHash = toRootHash
        self.proof = proof
    }
}

/// `GET /api/v1/signals/log/key`: what checkpoints are verified with.
public struct SignalLogKeyView: Codable, Hashable, Sendable {
    /// The first 16 hexadecimal digits of the SHA-256 of the key.
    public var keyId: String
    /// `Ed25519`.
    public var algorithm: String
    /// 32 bytes, Base64.
    public var publicKey: String

    /// Creates one of all its fields.
    public init(
        keyId: String,
        algorithm: String,
        publicKey: String
    ) {
        self.keyId = keyId
        self.algorithm = algorithm
        self.publicKey = publicKey
    }
}
