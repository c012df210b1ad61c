package import Crypto
package import Foundation

/// What a log was at some moment, said by whoever keeps it: its size, its root and when.
package struct Checkpoint: Hashable, Sendable {
    /// Which log; a checkpoint of one log is none of another.
    package let origin: String
    package let size: Int64
    package let root: MerkleHash
    /// Milliseconds since 1970.
    package let signedAt: Int64

    package init(origin: String, size: Int64, root: MerkleHash, signedAt: Int64) {
        self.origin = origin
        self.size = size
        self.root = root
        self.signedAt = signedAt
    }

    /// An entry may be dated so long before the checkpoint that it came after; its writer gives up earlier.
    package static let slackMilliseconds: Int64 = 300_000

    /// The text that is signed: four lines, the last one ended, too.
    ///
    /// A line break in the origin would let one checkpoint be read as another; there is none in ours.
    package var text: String { "\(origin)\n\(size)\n\(root.hex)\n\(signedAt)\n" }
}

/// A checkpoint with the signature of one key.
package struct SignedCheckpoint: Hashable, Sendable {
    package let checkpoint: Checkpoint
    package let keyID: String
    /// Ed25519 over the text, 64 bytes.
    package let signature: Data

    package init(checkpoint: Checkpoint, keyID: String, signature: Data) {
        self.checkpoint = checkpoint
        self.keyID = keyID
        self.signature = signature
    }

    /// Whether the key signed it.
    package func isSigned(by key: Curve25519.Signing.PublicKey) -> Bool {
        keyID == CheckpointKey.id(of: key) && key.isValidSignature(signature, for: Data(checkpoint.text.utf8))
    }
}

/// The key that checkpoints are signed with.
package struct CheckpointKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey
    package let id: String

    package init(_ key: Curve25519.Signing.PrivateKey) {
        self.key = key
        id = Self.id(of: key.publicKey)
    }

    package var publicKey: Curve25519.Signing.PublicKey { key.publicKey }

    /// The first 16 hexadecimal digits of the SHA-256 of the public key.
    package static func id(of key: Curve25519.Signing.PublicKey) -> String {
        SHA256.hash(data: key.rawRepresentation).prefix(8).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// Signs it.
    ///
    /// - Throws: the library's error; none is known for a key that was read.
    package func sign(_ checkpoint: Checkpoint) throws -> SignedCheckpoint {
        SignedCheckpoint(
            checkpoint: checkpoint,
            keyID: id,
            signature: try key.signature(for: Data(checkpoint.text.utf8))
        )
    }
}
